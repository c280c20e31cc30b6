import type { KeyCodec } from "../codec/key.js";

/** An index, and the codec of its values. */
export interface KnownIndex {
  readonly name: string;
  readonly unique: boolean;
  /** Set if an entity may have several values in it. */
  readonly each: boolean;
  /** Set for an index by a function, which only the Rust program has. */
  readonly computed: boolean;
  readonly codec: KeyCodec<unknown, unknown>;
}
