import { KeyloftError } from "../error/error.js";

/** Returns the error of all later calls on a database that could not be opened again, or that is not to be opened again. */
export function lost(cause?: unknown): KeyloftError {
  // Opening it again would fail in the same way.
  if (cause instanceof KeyloftError && cause.code === "SyncFailed") return cause;
  return new KeyloftError("LeaderLost", "the database can't be used any more: open it again", cause === undefined ? undefined : { cause });
}
