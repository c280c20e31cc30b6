import type { KeyCodec } from "../codec/key.js";
import type { Reader } from "../codec/reader.js";
import type { Writer } from "../codec/writer.js";

/** The types and the codecs of a table's keys, values and entries. */
export interface Shape<K, P, V, I, E> {
  key: KeyCodec<K, P>;
  write(writer: Writer, value: I): void;
  read(reader: Reader, key: K): V;
  entry(key: K, value: V): E;
  /** Set for entries that hold no key of their own. */
  keyless: boolean;
}
