// What wasm-bindgen generates, as far as it is used.

interface EngineClass {
  memory(): import("./port.js").Engine;
}

declare module "keyloft-glue-memory" {
  export const Engine: EngineClass;
  export function initSync(options: { module: WebAssembly.Module }): { memory: WebAssembly.Memory };
  export default function init(options: { module_or_path: unknown }): Promise<{ memory: WebAssembly.Memory }>;
}

declare module "keyloft-glue-persistent" {
  export const Engine: EngineClass & {
    newImage(): import("./port.js").Engine;
    fromImage(bytes: Uint8Array): import("./port.js").Engine;
    soundImage(place: string, bytes: Uint8Array): Uint8Array<ArrayBuffer>;
    inPrivateFile(file: import("./folder.js").LockedFile, place: string, check: boolean): import("./port.js").Engine;
  };
  export function abandon(): void;
  export function initSync(options: { module: WebAssembly.Module }): { memory: WebAssembly.Memory };
  export default function init(options: { module_or_path: unknown }): Promise<{ memory: WebAssembly.Memory }>;
}

declare module "keyloft-platform" {
  export const platform: import("./loader.js").Platform;
}

declare module "keyloft-wasm-file" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "node:fs" {
  export function readFileSync(path: URL): Uint8Array<ArrayBuffer>;
}
