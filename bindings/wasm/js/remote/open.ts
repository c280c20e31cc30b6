import type { ModuleSource } from "../engine/loader.js";
import { invalid, shown } from "../error/check.js";
import { KeyloftError } from "../error/error.js";
import { asyncDispose } from "../platform/dispose.js";
import type { AsyncDatabase } from "./client/async-database.js";
import { RemoteObject } from "./client/connection.js";
import { stubClass } from "./client/stub.js";
import { DATABASE } from "./messages/remote-api.js";
import { type AsyncOpenOptions, checkOpening } from "./options.js";
import { Tab } from "./tab.js";

export type { AsyncOpenOptions } from "./options.js";

/** Opens a database of the browser's private files: in the package's worker, or in this thread if it is a worker. */
export async function openAsync(name: string, options?: AsyncOpenOptions): Promise<AsyncDatabase> {
  const { wasm, worker, ...opening } = checkOpening(options);
  if (typeof name !== "string") throw invalid(`a database's name must be a string, not ${shown(name)}`);
  checkPlace();
  const make = isDedicatedWorker() ? undefined : (worker ?? packagedWorker);
  const source = make === undefined ? wasm : await sendable(wasm);
  const tab = await Tab.open(name, { ...opening, wasm: source, worker: make });
  return new RemoteDatabase(tab) as unknown as AsyncDatabase;
}

/** The database that a tab has open. */
class RemoteDatabase extends stubClass(DATABASE) {
  readonly #tab: Tab;

  constructor(tab: Tab) {
    super(new RemoteObject(tab.connection));
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

/** Makes the package's worker. Bundlers recognise this expression. */
const packagedWorker = (): Worker => new Worker(new URL("./worker.js", import.meta.url), { type: "module" });

/** Throws if the runtime lacks private files, or locks and channels between tabs. */
function checkPlace(): void {
  const { navigator, BroadcastChannel, process } = globalThis as Partial<typeof globalThis> & { process?: { versions?: { node?: string } } };
  const has = typeof navigator?.storage?.getDirectory === "function" && navigator.locks !== undefined && BroadcastChannel !== undefined;
  const place = isDedicatedWorker() || typeof document !== "undefined";
  if (has && place) return;
  const advice =
    process?.versions?.node !== undefined
      ? "in Node use `Database.fromBytes`, and write the result of `file()` to a file"
      : has
        ? "open it on a page or in a dedicated worker"
        : "serve the page over https or from localhost, or use `Database.fromBytes` and keep the result of `file()`";
  throw new KeyloftError("StorageUnavailable", `a durable database needs a browser's private files (OPFS), which are missing here: ${advice}`);
}

function isDedicatedWorker(): boolean {
  const { DedicatedWorkerGlobalScope: CallScope } = globalThis as { DedicatedWorkerGlobalScope?: new () => object };
  return CallScope !== undefined && globalThis instanceof CallScope;
}

/** Returns the source in a form that can be sent to a worker. */
async function sendable(source: ModuleSource | undefined): Promise<ModuleSource | undefined> {
  const given = await source;
  if (typeof given === "string" || given instanceof URL) return new URL(given, document.baseURI).href;
  if (given instanceof Request) return given.url;
  return given instanceof Response ? given.arrayBuffer() : given;
}
