import { checkFunction } from "../error/check.js";
import { KeyloftError } from "../error/error.js";
import { HandleCache } from "../table/handles.js";
import { PrincipalStores } from "../table/principal-stores.js";
import { checkPrincipal, type Principal } from "../table/principal.js";
import { UnrestrictedStores } from "../table/stores.js";

/** The result of a transaction's body, which must not be a promise. */
export type Sync<T> = T extends PromiseLike<unknown> ? never : T;

/** The stores inside a transaction. They can't be used after its end. */
export class Transaction extends UnrestrictedStores {
  /** Returns the stores with the rights of this principal, in the same transaction. */
  as(principal: Principal): PrincipalStores {
    const checked = checkPrincipal(principal);
    return new PrincipalStores(this.context, new HandleCache(checked), checked);
  }
}

export function run<S, T>(body: (stores: S) => Sync<T>, stores: S): T {
  checkFunction(body, "the body of a transaction");
  const returned = body(stores);
  const then: unknown = (returned as { then?: unknown } | undefined | null)?.then;
  if (typeof then === "function") {
    // Nobody else handles the promise, whose rejection would end the process.
    (returned as unknown as Promise<unknown>).then(undefined, () => undefined);
    throw new KeyloftError(
      "AsyncTransaction",
      "the body of a transaction must not be asynchronous: await its data before the call; nothing was written",
    );
  }
  return returned as T;
}
