import { files } from "keyloft-files";

import { DirectDatabase } from "../database/direct-database.js";
import { loader, memoryDriver, openDriver } from "../database/open.js";
import type { ModuleSource } from "../engine/loader.js";
import { invalid, shown } from "../error/check.js";
import { KeyloftError } from "../error/error.js";
import { asyncDispose } from "../platform/dispose.js";
import type { AsyncDatabase } from "./client/async-database.js";
import { RemoteObject } from "./client/connection.js";
import { stubClass } from "./client/stub.js";
import { DATABASE } from "./messages/remote-api.js";
import { type AsyncOpenOptions, checkMemory, checkOpening, type MemoryOptions } from "./options.js";
import { Owner } from "./owner.js";
import { Tab } from "./tab.js";

export type { AsyncOpenOptions, MemoryOptions } from "./options.js";

/** Opens a database in a file: in this thread, or on a page in the package's worker. */
export async function openAsync(name: string, options?: AsyncOpenOptions): Promise<AsyncDatabase> {
  const { wasm, worker, ...opening } = checkOpening(options);
  if (typeof name !== "string") throw invalid(`a database's name must be a string, not ${shown(name)}`);
  if (files.makeWorker === undefined) {
    // The file is opened again by its path, which must not change with the working directory.
    const place = files.placeOf(name);
    await loader.init(wasm);
    const reopen = async (): Promise<DirectDatabase> => new DirectDatabase(await openDriver(place, { mode: "open" }));
    const db = new DirectDatabase(await openDriver(place, opening.open));
    return opened(new Owner(db, opening.patience, reopen));
  }
  checkPlace();
  const make = isDedicatedWorker() ? undefined : (worker ?? files.makeWorker);
  const source = make === undefined ? wasm : await sendable(wasm);
  const tab = await Tab.open(name, { ...opening, wasm: source, worker: make });
  return opened(tab);
}

/** Creates an empty database in memory, behind the same connection as one in a file. */
export async function openMemory(options?: MemoryOptions): Promise<AsyncDatabase> {
  const patience = checkMemory(options);
  await loader.init();
  return opened(new Owner(new DirectDatabase(memoryDriver()), patience));
}

function opened(by: Tab | Owner): AsyncDatabase {
  return new RemoteDatabase(by) as unknown as AsyncDatabase;
}

/** The database that a tab or this thread has open. */
class RemoteDatabase extends stubClass(DATABASE) {
  readonly #by: Tab | Owner;

  constructor(by: Tab | Owner) {
    super(new RemoteObject(by.connection));
    this.#by = by;
  }

  get closed(): boolean {
    return this.#by.connection.closed;
  }

  get role(): "leader" | "follower" {
    return this.#by.role;
  }

  close(): Promise<void> {
    return this.#by.close();
  }

  [asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Throws if the runtime lacks private files, or locks and channels between tabs. */
function checkPlace(): void {
  const { navigator, BroadcastChannel } = globalThis as Partial<typeof globalThis>;
  const has = typeof navigator?.storage?.getDirectory === "function" && navigator.locks !== undefined && BroadcastChannel !== undefined;
  const place = isDedicatedWorker() || typeof document !== "undefined";
  if (has && place) return;
  const advice = has
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
