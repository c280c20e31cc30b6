import type { OpenOptions } from "../direct.js";
import { invalid, KeyloftError, shown } from "../error.js";
import type { ModuleSource } from "../loader.js";
import { asyncDispose } from "../scan.js";
import { Remote } from "./connection.js";
import { DATABASE } from "./members.js";
import { stubClass } from "./stub.js";
import { Tab } from "./tab.js";
import type { AsyncDatabase } from "./types.js";

/** A worker, of which not every project has the type. */
type PageWorker = typeof globalThis extends { Worker: { prototype: infer W } } ? W : never;

/** How a database is opened for several tabs. */
export interface AsyncOpenOptions extends OpenOptions {
  /**
   * Whether other tabs may have it open as well, which is so if it isn't said: one of them has the file, the others are
   * served by it, and another one takes over when it goes. With `"exclusive"` whoever comes second gets an error with
   * the code `DatabaseLocked`.
   */
  tabs?: "shared" | "exclusive" | undefined;
  /**
   * How long a transaction may go without a call, in milliseconds, before it is undone: others wait for it. 30000 if it
   * isn't said, 600000 at most.
   */
  transactionTimeout?: number | undefined;
  /** Makes the worker, where the package's own is not found beside its script. Its script is `keyloft/worker`. */
  worker?: (() => PageWorker) | undefined;
  /** What the worker loads the engine from, where its file is not beside its script. */
  wasm?: ModuleSource | undefined;
}

const PATIENCE = 30_000;
const MOST_PATIENCE = 600_000;

/** Opens a database of the browser's private files: in the package's worker, or right here in a worker. */
export async function openAsync(name: string, options: AsyncOpenOptions = {}): Promise<AsyncDatabase> {
  if (typeof options !== "object" || options === null) throw invalid(`how a database is opened is an object, not ${shown(options)}`);
  const { tabs = "shared", transactionTimeout: patience = PATIENCE, worker, wasm, ...open } = options;
  if (typeof name !== "string") throw invalid(`a database's name is a string, not ${shown(name)}`);
  if (tabs !== "shared" && tabs !== "exclusive") throw invalid(`tabs are "shared" or "exclusive", not ${shown(tabs)}`);
  if (typeof patience !== "number" || !(patience > 0 && patience <= MOST_PATIENCE)) {
    throw invalid(`the time that transactions have is a number of milliseconds up to ${MOST_PATIENCE}, not ${shown(patience)}`);
  }
  if (worker !== undefined && typeof worker !== "function") throw invalid(`\`worker\` is a function that makes one, not ${shown(worker)}`);
  checkPlace();
  const make = isDedicatedWorker() ? undefined : (worker ?? packagedWorker);
  const source = make === undefined ? wasm : await sendable(wasm);
  const tab = await Tab.open(name, { exclusive: tabs === "exclusive", patience, open, wasm: source, worker: make });
  return new RemoteDatabase(tab) as unknown as AsyncDatabase;
}

/** The database, as a tab has it. */
class RemoteDatabase extends stubClass(DATABASE) {
  readonly #tab: Tab;

  constructor(tab: Tab) {
    super(new Remote(tab.connection));
    this.#tab = tab;
  }

  get closed(): boolean {
    return this.#tab.connection.closed;
  }

  get role(): "leader" | "follower" {
    return this.#tab.role;
  }

  close(): Promise<void> {
    return this.#tab.close();
  }

  [asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Bundlers look for just this. */
const packagedWorker = (): Worker => new Worker(new URL("./worker.js", import.meta.url), { type: "module" });

/** Refuses where there are no private files, or nothing that tells tabs of each other. */
function checkPlace(): void {
  const { navigator, BroadcastChannel, process } = globalThis as Partial<typeof globalThis> & { process?: { versions?: { node?: string } } };
  const has = typeof navigator?.storage?.getDirectory === "function" && navigator.locks !== undefined && BroadcastChannel !== undefined;
  const place = isDedicatedWorker() || typeof document !== "undefined";
  if (has && place) return;
  const advice =
    process?.versions?.node !== undefined
      ? "in Node use `Database.fromBytes` and write what `file()` gives to a file"
      : has
        ? "open it on a page or in a dedicated worker"
        : "a browser has them on pages served over https or from localhost; elsewhere use `Database.fromBytes` and keep what `file()` gives";
  throw new KeyloftError("StorageUnavailable", `a durable database is in a browser's private files, which are not to be had here: ${advice}`);
}

function isDedicatedWorker(): boolean {
  const { DedicatedWorkerGlobalScope: Scope } = globalThis as { DedicatedWorkerGlobalScope?: new () => object };
  return Scope !== undefined && globalThis instanceof Scope;
}

/** The source as it can be sent to a worker. */
async function sendable(source: ModuleSource | undefined): Promise<ModuleSource | undefined> {
  const given = await source;
  if (typeof given === "string" || given instanceof URL) return new URL(given, document.baseURI).href;
  if (given instanceof Request) return given.url;
  return given instanceof Response ? given.arrayBuffer() : given;
}
