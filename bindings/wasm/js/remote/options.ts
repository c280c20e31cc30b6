import { checkOpen, type OpenOptions } from "../database/open.js";
import type { ModuleSource } from "../engine/loader.js";
import { checkFields, checkFunction, invalid, shown } from "../error/check.js";

/** A worker, of which not every project has the type. */
type PageWorker = typeof globalThis extends { Worker: { prototype: infer W } } ? W : never;

/** How a database is opened for several tabs. */
export interface AsyncOpenOptions extends OpenOptions {
  /**
   * Whether other tabs may have it open as well, which is so if it isn't said: one of them has the file, the others are
   * served by it, and another one takes over when it goes. With `"exclusive"` whoever comes second gets an error with
   * the code `DatabaseLocked`: at once, or after `wait` if that is said and the first has not gone by then.
   */
  tabs?: "shared" | "exclusive" | undefined;
  /**
   * How long a transaction may go without a call, in milliseconds, before it is undone: others wait for it. 30000 if it
   * isn't said, 600000 at most.
   */
  transactionTimeout?: number | undefined;
  /** Makes the worker, where the package's own is not found beside its script. Its script is `keyloft/worker`. */
  worker?: (() => PageWorker) | undefined;
  /** What the worker loads the engine from, where its file is not beside its script. `init` does not reach it. */
  wasm?: ModuleSource | undefined;
}

const PATIENCE = 30_000;

const MOST_PATIENCE = 600_000;

/** What is said of opening, known to be of the right kind, and what isn't said. */
export interface Opening {
  exclusive: boolean;
  patience: number;
  open: OpenOptions;
  worker: (() => PageWorker) | undefined;
  wasm: ModuleSource | undefined;
}

/** Refuses what can't be meant, here: who leads may be another one, who opens the file only once. */
export function checkOpening(options: AsyncOpenOptions | undefined): Opening {
  checkFields(options, ["mode", "check", "wait", "tabs", "transactionTimeout", "worker", "wasm"], "the options of opening");
  const { tabs = "shared", transactionTimeout: patience = PATIENCE, worker, wasm, ...open } = options ?? {};
  checkOpen(open);
  if (tabs !== "shared" && tabs !== "exclusive") throw invalid(`tabs are "shared" or "exclusive", not ${shown(tabs)}`);
  if (typeof patience !== "number" || !(patience > 0 && patience <= MOST_PATIENCE)) {
    throw invalid(`the time that transactions have is a number of milliseconds up to ${MOST_PATIENCE}, not ${shown(patience)}`);
  }
  if (worker !== undefined) checkFunction(worker, "what makes the worker");
  return { exclusive: tabs === "exclusive", patience, open, worker, wasm };
}
