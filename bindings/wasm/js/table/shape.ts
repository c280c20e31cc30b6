import type { KeyCodec } from "../codec/key.js";
import type { Reader } from "../codec/reader.js";
import type { Writer } from "../codec/writer.js";

/** How the keys, the values and the entries of a table look in JavaScript, and how they are stored. */
export interface Shape<K, P, V, I, E> {
  key: KeyCodec<K, P>;
  write(writer: Writer, value: I): void;
  read(reader: Reader, key: K): V;
  entry(key: K, value: V): E;
  /** Whether an entry can be made without its key. */
  keyless: boolean;
}
