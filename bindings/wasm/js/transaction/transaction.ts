import { checkFunction } from "../error/check.js";
import { KeyloftError } from "../error/error.js";
import { HandleCache } from "../table/handles.js";
import { PrincipalStores } from "../table/principal-stores.js";
import { checkPrincipal, type Principal } from "../table/principal.js";
import { UnrestrictedStores } from "../table/stores.js";

/** What the body of a transaction returns, which is no promise. */
export type Sync<T> = T extends PromiseLike<unknown> ? never : T;

/** The stores inside a transaction. They are of no use when it has ended. */
export class Transaction extends UnrestrictedStores {
  /** The stores as this principal may use them, in the same transaction. */
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
    // Whatever becomes of the promise, nobody hears of it.
    (returned as unknown as Promise<unknown>).then(undefined, () => undefined);
    throw new KeyloftError(
      "AsyncTransaction",
      "the body of a transaction may not be asynchronous: get what it needs first; nothing was written",
    );
  }
  return returned as T;
}
