/** A compiled module of WebAssembly, or `never` in a project without its type. */
export type Module = typeof globalThis extends { WebAssembly: { Module: { prototype: infer M } } } ? M : never;

/** The access of a runtime to the engine's file. */
export interface Platform {
  /** Returns the module, where the runtime has it at once. */
  now?(): Module;
  /** Returns the module, or its source. */
  later(): unknown;
}
