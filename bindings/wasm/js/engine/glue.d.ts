// The parts of wasm-bindgen's output that are used here.

interface EngineClass {
  memory(): import("./instance.js").Engine;
}

declare module "keyloft-glue-memory" {
  export const Engine: EngineClass;
  export function initSync(options: { module: WebAssembly.Module }): { memory: WebAssembly.Memory };
  export default function init(options: { module_or_path: unknown }): Promise<{ memory: WebAssembly.Memory }>;
}

declare module "keyloft-glue-persistent" {
  export const Engine: EngineClass & {
    newImage(): import("./instance.js").Engine;
    fromImage(bytes: Uint8Array): import("./instance.js").Engine;
    soundImage(place: string, bytes: Uint8Array): Uint8Array<ArrayBuffer>;
    inPrivateFile(file: import("../platform/locked-file.js").LockedFile, place: string, check: boolean): import("./instance.js").Engine;
  };
  export function abandon(): void;
  export function initSync(options: { module: WebAssembly.Module }): { memory: WebAssembly.Memory };
  export default function init(options: { module_or_path: unknown }): Promise<{ memory: WebAssembly.Memory }>;
}

declare module "keyloft-glue-object" {
  /** Returns the glue of a new instance of the engine's module. */
  export function instantiate(): {
    Engine: { inObject(storage: unknown, alarm: boolean): import("./instance.js").Engine };
    initSync(options: { module: WebAssembly.Module }): { memory: WebAssembly.Memory };
    default(options: { module_or_path: unknown }): Promise<{ memory: WebAssembly.Memory }>;
  };
}

declare module "keyloft-platform" {
  export const platform: import("../platform/platform.js").Platform;
}

declare module "keyloft-wasm-file" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "keyloft-opening" {
  export function open(name: string, opening: import("../remote/options.js").Opening, ended: AbortSignal): Promise<import("../remote/opening/opened.js").Opened>;
}

declare module "keyloft-files" {
  export const files: import("../files/files.js").DatabaseFiles;
}

declare module "keyloft-worker" {
  export const makeWorker: (() => Worker) | undefined;
}
