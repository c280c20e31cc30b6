import { KeyloftError } from "../../error/error.js";

/** The state of a database that can't be used any more: writes to its file fail, or the engine has crashed. */
export type Fault = "stuck" | "crashed";

/** The errors after which nothing is written until the file is opened again. */
const STUCK: ReadonlySet<string> = new Set(["StorageFull", "Backend", "Io"]);

/** Returns the fault of the database that an error of a call tells of. `writing` says whether the call may have written. */
export function faultOf(error: unknown, writing: boolean): Fault | undefined {
  if (!(error instanceof KeyloftError)) return undefined;
  if (error.code === "Poisoned") return "crashed";
  return writing && STUCK.has(error.code) ? "stuck" : undefined;
}
