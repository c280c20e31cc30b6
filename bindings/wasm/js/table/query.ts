import type { KeyCodec } from "../codec/key.js";
import type { Writer } from "../codec/writer.js";
import { invalid, checkLimit, shown } from "../error/check.js";
import { Bound } from "../protocol/codes.generated.js";

/**
 * A bound of a query: a key or, for keys of several parts, an array of the first of them. A bound of first parts stands for all
 * keys that begin with them: `{ gt: ["ada"] }` begins after the keys of `ada`, `{ lte: ["ada"] }` ends with them.
 */
export type QueryBound<K, P> = K | (unknown extends P ? FirstParts<K> : Extract<P, readonly unknown[]>);

/** The first parts of a key of several parts. */
type FirstParts<K> = K extends readonly [...infer H, unknown]
  ? H extends readonly []
    ? never
    : Readonly<H> | FirstParts<H>
  : K extends readonly unknown[] | Uint8Array | Date
    ? never
    : K extends object
      ? Partial<K>
      : never;

/** A range of keys. All fields are optional. A range with reversed bounds is empty. */
export interface KeyRange<K, P> {
  /** The prefix of the keys: a string or bytes for keys of one part, an array of left parts for keys of several. */
  prefix?: P | undefined;
  /** The only key; for first parts of a key, all keys that begin with them. */
  eq?: QueryBound<K, P> | undefined;
  /** The inclusive lower bound; the same as `gte`. */
  from?: QueryBound<K, P> | undefined;
  /** The exclusive upper bound; the same as `lt`. */
  to?: QueryBound<K, P> | undefined;
  gt?: QueryBound<K, P> | undefined;
  gte?: QueryBound<K, P> | undefined;
  lt?: QueryBound<K, P> | undefined;
  lte?: QueryBound<K, P> | undefined;
}

/** A range of keys, with a direction and a limit. All fields are optional. A range with reversed bounds is empty. */
export interface Query<K, P> extends KeyRange<K, P> {
  /** Returns the keys in descending order. */
  reverse?: boolean | undefined;
  /** The maximal number of entries. */
  limit?: number | undefined;
}

/** A query by an index, whose bounds and prefix are of the indexed values. */
export interface IndexQuery<N, J, Q> extends Query<J, Q> {
  /** The name of the index. */
  index: N;
}

const BOUNDS = ["eq", "from", "to", "gt", "gte", "lt", "lte"] as const;

export const RANGE: readonly string[] = ["prefix", ...BOUNDS];

export const KNOWN: readonly string[] = [...RANGE, "reverse", "limit"];

/** Throws unless the value is a query. */
export function checkQuery(query: unknown, what = "a query", known = KNOWN): void {
  if (typeof query !== "object" || query === null) throw invalid(`${what} must be an object, not ${shown(query)}`);
  for (const name in query) {
    if (!known.includes(name)) throw invalid(`${what} has no field ${shown(name)}: the fields are ${known.join(", ")}`);
  }
}

export const PAGE: readonly string[] = [...KNOWN, "cursor"];

/** Writes the bounds, the prefix, the direction and the limit of a query. */
export function writeQuery<K, P>(writer: Writer, query: Query<K, P>, codec: KeyCodec<K, P>): void {
  checkQuery(query);
  for (const name of BOUNDS) {
    if (query[name] === null) throw invalid(`the bound ${name} is null: leave it out where there is none`);
  }
  const { reverse } = query;
  if (reverse !== undefined && typeof reverse !== "boolean") throw invalid(`reverse must be true or false, not ${shown(reverse)}`);
  const { eq } = query;
  if (eq !== undefined && BOUNDS.some((name) => name !== "eq" && query[name] !== undefined)) throw invalid("a query has either eq or other bounds, not both");
  if (query.gte !== undefined && query.from !== undefined) throw invalid("a query has either from or gte, not both");
  if (query.lt !== undefined && query.to !== undefined) throw invalid("a query has either to or lt, not both");
  const hasKeys = writeBound(writer, true, eq ?? query.gte ?? query.from, query.gt, codec);
  writeBound(writer, false, eq ?? query.lte, query.lt ?? query.to, codec);
  const start = writer.beginBytes();
  if (query.prefix !== undefined) codec.prefix(writer, query.prefix);
  writer.endBytes(start);
  writer.flag(reverse === true);
  const limit = checkLimit(query.limit);
  writer.optional(hasKeys ? limit : 0, (limit) => writer.u32(limit));
}

/** Writes a bound. Returns `false` for a lower bound that no key is above. */
function writeBound<K, P>(
  writer: Writer,
  isLower: boolean,
  inclusive: QueryBound<K, P> | undefined,
  exclusive: QueryBound<K, P> | undefined,
  codec: KeyCodec<K, P>,
): boolean {
  if (inclusive !== undefined && exclusive !== undefined) {
    throw invalid(isLower ? "a query has either gte or gt, not both" : "a query has either lte or lt, not both");
  }
  const key = inclusive ?? exclusive;
  if (key === undefined) {
    writer.u8(Bound.unbounded);
    return true;
  }
  const isPrefix = codec.isPrefix?.(key) === true;
  // The keys of a prefix are those from it up to the next one.
  writer.u8((isPrefix ? isLower : exclusive === undefined) ? Bound.included : Bound.excluded);
  const start = writer.beginBytes();
  if (!isPrefix) codec.write(writer, key as K);
  else {
    codec.prefix(writer, key as unknown as P);
    if (isLower === (inclusive === undefined) && !increment(writer, start)) {
      writer.pos = start - 5;
      writer.u8(Bound.unbounded);
      return !isLower;
    }
  }
  writer.endBytes(start);
  return true;
}

/** Replaces the bytes from this position on by the next ones that don't begin with them. Returns `false` if there are none. */
function increment(writer: Writer, start: number): boolean {
  writer.need(0);
  const { buffer } = writer;
  while (writer.pos > start && buffer[writer.pos - 1] === 0xff) writer.pos--;
  if (writer.pos === start) return false;
  (buffer[writer.pos - 1] as number)++;
  return true;
}
