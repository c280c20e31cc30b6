import { checkFunction } from "../error/check.js";
import { KeyloftError } from "../error/error.js";

/** Changes an entity by a function of the caller, which changes its argument or returns another one. Returns the changed one. */
export function changedBy<E, I>(change: (entity: E) => I | undefined | void, entity: E, what: string): E | I {
  checkFunction(change, what);
  const changed = change(entity) as E | I | undefined;
  const then: unknown = (changed as { then?: unknown } | undefined | null)?.then;
  if (typeof then === "function") {
    // Nobody else handles the promise, whose rejection would end the process.
    (changed as Promise<unknown>).then(undefined, () => undefined);
    throw new KeyloftError("AsyncTransaction", `${what} must not be asynchronous: await its data before the call; nothing was written`);
  }
  return changed ?? entity;
}
