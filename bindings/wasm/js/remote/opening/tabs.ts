import { files } from "keyloft-files";

import type { ModuleSource } from "../../engine/loader.js";
import { KeyloftError } from "../../error/error.js";
import type { Opening } from "../options.js";
import { Tab } from "../tab.js";
import type { Opened } from "./opened.js";

/** Opens the database in the package's worker, in this worker, or through the tab that has it open. */
export async function open(name: string, { wasm, worker, limits: _, ...opening }: Opening, ended: AbortSignal): Promise<Opened> {
  checkPlace();
  const make = isDedicatedWorker() ? undefined : (worker ?? files.makeWorker);
  const source = make === undefined ? wasm : await sendable(wasm);
  return Tab.open(name, { ...opening, wasm: source, worker: make }, ended);
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
