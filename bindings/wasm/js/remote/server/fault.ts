import { KeyloftError } from "../../error/error.js";

/**
 * The state of a database that can't be used any more. `stuck`: writes to its file fail. `crashed`: the engine has crashed. `gone`:
 * its file was deleted.
 */
export type Fault = "stuck" | "crashed" | "gone";

/** The codes of errors after which all writes fail until the file is opened again. */
const STUCK: ReadonlySet<string> = new Set(["StorageFull", "StorageFailed", "CommitUnknown", "Backend", "Io"]);

/** Returns the fault of the database that a call's error indicates, if any. `writing` is set if the call may have written. */
export function faultOf(error: unknown, writing: boolean): Fault | undefined {
  if (!(error instanceof KeyloftError)) return undefined;
  if (error.code === "Poisoned") return "crashed";
  return writing && STUCK.has(error.code) ? "stuck" : undefined;
}
