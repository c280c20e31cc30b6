/** The type of a class of the runtime, or `never` in a project without its types. */
export type Global<Name extends string> = typeof globalThis extends { [N in Name]: { prototype: infer T } } ? T : never;
