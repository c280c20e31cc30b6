import { checkOpen, type OpenOptions } from "../database/open.js";
import type { ModuleSource } from "../engine/loader.js";
import { checkFields, checkFunction, invalid, shown } from "../error/check.js";

/** The type of a worker, which not every project has. */
type PageWorker = typeof globalThis extends { Worker: { prototype: infer W } } ? W : never;

/** The options of opening a database for several tabs. */
export interface AsyncOpenOptions extends OpenOptions {
  /**
   * The tabs that may have the database open. With `"shared"`, the default, one tab has the file and serves
   * the others; when it ends, another takes over. With `"exclusive"`, the second to open it gets an error with the code
   * `DatabaseLocked`: at once, or after `wait` if that is given and the first has not closed it.
   */
  tabs?: "shared" | "exclusive" | undefined;
  /**
   * The longest pause between the calls of a transaction, in milliseconds: after it the transaction is undone, because
   * other writers wait. 30000 by default, 600000 at most.
   */
  transactionTimeout?: number | undefined;
  /** Makes the worker, if the package's own script is not beside its others. The script is `keyloft/worker`. */
  worker?: (() => PageWorker) | undefined;
  /** The source of the engine for the worker, if its file is not beside the script. `init` does not reach the worker. */
  wasm?: ModuleSource | undefined;
}

const PATIENCE = 30_000;

const MOST_PATIENCE = 600_000;

/** The checked options, with the defaults. */
export interface Opening {
  exclusive: boolean;
  patience: number;
  open: OpenOptions;
  worker: (() => PageWorker) | undefined;
  wasm: ModuleSource | undefined;
}

/** Checks the options in the tab: the leader may be another tab, which opens the file only once. */
export function checkOpening(options: AsyncOpenOptions | undefined): Opening {
  checkFields(options, ["mode", "check", "wait", "tabs", "transactionTimeout", "worker", "wasm"], "the options of opening");
  const { tabs = "shared", transactionTimeout: patience = PATIENCE, worker, wasm, ...open } = options ?? {};
  checkOpen(open);
  if (tabs !== "shared" && tabs !== "exclusive") throw invalid(`tabs are "shared" or "exclusive", not ${shown(tabs)}`);
  if (typeof patience !== "number" || !(patience > 0 && patience <= MOST_PATIENCE)) {
    throw invalid(`transactionTimeout is a number of milliseconds up to ${MOST_PATIENCE}, not ${shown(patience)}`);
  }
  if (worker !== undefined) checkFunction(worker, "what makes the worker");
  return { exclusive: tabs === "exclusive", patience, open, worker, wasm };
}
