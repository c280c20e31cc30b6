import type { KeyCodec } from "../codec/key.js";
import { Reader } from "../codec/reader.js";
import { Writer } from "../codec/writer.js";
import { Bound } from "../protocol/codes.generated.js";
import { checkQuery, type KeyRange, RANGE, writeQuery } from "./query.js";

/** A range of encoded keys, or of encoded values of an index. */
export interface Span {
  /** The bounds and the prefix in the form of a request. */
  readonly stored: Uint8Array;
  readonly lower: Uint8Array | undefined;
  readonly upper: Uint8Array | undefined;
  readonly lowerKind: Bound;
  readonly upperKind: Bound;
  readonly prefix: Uint8Array;
  /** Set if no key can be in the range. */
  readonly isEmpty: boolean;
}

/** Returns the span of the range. */
export function spanOf<K, P>(range: KeyRange<K, P>, codec: KeyCodec<K, P>): Span {
  checkQuery(range, "a condition", RANGE);
  const writer = new Writer();
  writeQuery(writer, range, codec);
  const reader = new Reader(writer.written());
  const bound = (): [kind: Bound, key: Uint8Array | undefined] => {
    const kind: Bound = reader.u8();
    return [kind, kind === Bound.unbounded ? undefined : reader.bytes()];
  };
  const [lowerKind, lower] = bound();
  const [upperKind, upper] = bound();
  const prefix = reader.bytes();
  const stored = reader.buffer.slice(0, reader.pos);
  reader.flag();
  return { stored, lower, upper, lowerKind, upperKind, prefix, isEmpty: reader.flag() };
}

/** Returns `true` if the key is in the span. */
export function contains({ lower, upper, lowerKind, upperKind, prefix, isEmpty }: Span, key: Uint8Array): boolean {
  if (isEmpty) return false;
  const above = lower === undefined ? 1 : compareBytes(key, lower);
  const below = upper === undefined ? -1 : compareBytes(key, upper);
  return (
    (lowerKind === Bound.excluded ? above > 0 : above >= 0) &&
    (upperKind === Bound.excluded ? below < 0 : below <= 0) &&
    prefix.every((byte, i) => byte === key[i])
  );
}

/** Returns a number that is below 0, 0 or above 0, as the first bytes are before the others, equal or after them. */
export function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i++) if (one[i] !== other[i]) return (one[i] as number) - (other[i] as number);
  return one.length - other.length;
}
