import { invalid, KeyloftError, shown } from "../error.js";
import type { ModuleSource } from "../loader.js";
import { asyncDispose } from "../scan.js";
import { Remote } from "./connection.js";
import { DATABASE } from "./members.js";
import { type AsyncOpenOptions, checkOpening } from "./options.js";
import { stubClass } from "./stub.js";
import { Tab } from "./tab.js";
import type { AsyncDatabase } from "./types.js";

export type { AsyncOpenOptions } from "./options.js";

/** Opens a database of the browser's private files: in the package's worker, or right here in a worker. */
export async function openAsync(name: string, options?: AsyncOpenOptions): Promise<AsyncDatabase> {
  const { wasm, worker, ...opening } = checkOpening(options);
  if (typeof name !== "string") throw invalid(`a database's name is a string, not ${shown(name)}`);
  checkPlace();
  const make = isDedicatedWorker() ? undefined : (worker ?? packagedWorker);
  const source = make === undefined ? wasm : await sendable(wasm);
  const tab = await Tab.open(name, { ...opening, wasm: source, worker: make });
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
