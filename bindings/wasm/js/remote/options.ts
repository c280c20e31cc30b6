import { checkOpen, OPEN_OPTIONS, type OpenOptions } from "../database/open.js";
import type { Limits } from "../engine/limits.js";
import type { ModuleSource } from "../engine/loader.js";
import { checkFields, checkFunction, invalid, shown } from "../error/check.js";

/** The type of a worker, for projects without the types of the DOM. */
type PageWorker = typeof globalThis extends { Worker: { prototype: infer W } } ? W : never;

/** The options of opening a database for several tabs. */
export interface AsyncOpenOptions extends OpenOptions {
  /**
   * The tabs that may have the database open. With `"shared"`, the default, one tab has the file and serves the others;
   * when it ends, another tab takes over. With `"exclusive"`, only one tab may have it open. A second opening waits for
   * `wait`, if that is set, and then fails with the code `DatabaseLocked`.
   */
  tabs?: "shared" | "exclusive" | undefined;
  /**
   * The longest pause between the calls of a transaction, in milliseconds. After it the transaction is rolled back,
   * because other writers wait. 30000 by default, at most 600000.
   */
  transactionTimeout?: number | undefined;
  /** Makes the worker of the script `keyloft/worker`, if that script is not beside the package's other scripts. */
  worker?: (() => PageWorker) | undefined;
  /** The source of the engine for the worker, if its file is not beside the script. `init` does not reach the worker. */
  wasm?: ModuleSource | undefined;
}

const PATIENCE = 30_000;

const MOST_PATIENCE = 600_000;

/** The options of a database in memory. */
export interface MemoryOptions {
  /** The longest pause between the calls of a transaction, as for a database in a file. */
  transactionTimeout?: number | undefined;
}

/** The checked options, with the defaults. */
export interface Opening {
  exclusive: boolean;
  patience: number;
  open: OpenOptions;
  limits: Limits;
  worker: (() => PageWorker) | undefined;
  wasm: ModuleSource | undefined;
}

/** Checks the options in this tab, because the leader may be another tab, which has opened the file already. */
export function checkOpening(options: AsyncOpenOptions | undefined): Opening {
  checkFields(options, [...OPEN_OPTIONS, "tabs", "transactionTimeout", "worker", "wasm"], "the options of opening");
  const { tabs = "shared", transactionTimeout: patience = PATIENCE, worker, wasm, signal, timeout, ...open } = options ?? {};
  const { limits } = checkOpen({ ...open, signal, timeout });
  if (tabs !== "shared" && tabs !== "exclusive") throw invalid(`tabs must be "shared" or "exclusive", not ${shown(tabs)}`);
  checkPatience(patience);
  if (worker !== undefined) checkFunction(worker, "the option `worker`");
  return { exclusive: tabs === "exclusive", patience, open, limits, worker, wasm };
}

/** Checks the options of a database in memory, and returns the longest pause. */
export function checkMemory(options: MemoryOptions | undefined): number {
  checkFields(options, ["transactionTimeout"], "the options of opening");
  const patience = options?.transactionTimeout ?? PATIENCE;
  checkPatience(patience);
  return patience;
}

function checkPatience(patience: unknown): void {
  if (typeof patience === "number" && patience > 0 && patience <= MOST_PATIENCE) return;
  throw invalid(`transactionTimeout must be a number of milliseconds up to ${MOST_PATIENCE}, not ${shown(patience)}`);
}
