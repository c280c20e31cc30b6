/** A compiled module of WebAssembly, of which not every project has the types. */
export type Module = typeof globalThis extends { WebAssembly: { Module: { prototype: infer M } } } ? M : never;

/** How a runtime gets at the engine's file. */
export interface Platform {
  /** The module, where it can be had at once. */
  now?(): Module;
  /** The module, or what it can be made of. */
  later(): unknown;
}
