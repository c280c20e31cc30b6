/** A class of the runtime's, of which not every project has the types: without them, nothing. */
export type Global<Name extends string> = typeof globalThis extends { [N in Name]: { prototype: infer T } } ? T : never;
