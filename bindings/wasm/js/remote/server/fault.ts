import { KeyloftError } from "../../error/error.js";

/** Why a database that is open can't be used any more: writes to its file fail, or the engine has crashed. */
export type Fault = "stuck" | "crashed";

/** After these nothing is written any more until the file is opened again. */
const STUCK: ReadonlySet<string> = new Set(["StorageFull", "Backend", "Io"]);

/** What an error of a call says about the database: `writing` is whether the call may have written. */
export function faultOf(error: unknown, writing: boolean): Fault | undefined {
  if (!(error instanceof KeyloftError)) return undefined;
  if (error.code === "Poisoned") return "crashed";
  return writing && STUCK.has(error.code) ? "stuck" : undefined;
}
