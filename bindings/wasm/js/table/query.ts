import type { KeyCodec } from "../codec/key.js";
import type { Writer } from "../codec/writer.js";
import { invalid, checkLimit, shown } from "../error/check.js";
import { Bound } from "../protocol/codes.generated.js";

/** A range of keys, with a direction and a limit. All fields are optional. A range with reversed bounds is empty. */
export interface Query<K, P> {
  /** The prefix of the keys: a string or bytes for keys of one part, an array of left parts for keys of several. */
  prefix?: P | undefined;
  /** The inclusive lower bound; the same as `gte`. */
  from?: K | undefined;
  /** The exclusive upper bound; the same as `lt`. */
  to?: K | undefined;
  gt?: K | undefined;
  gte?: K | undefined;
  lt?: K | undefined;
  lte?: K | undefined;
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

const BOUNDS = ["from", "to", "gt", "gte", "lt", "lte"] as const;

export const KNOWN: readonly string[] = ["prefix", ...BOUNDS, "reverse", "limit"];

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
  writeBound(writer, "gte", query.gte ?? query.from, "gt", query.gt, codec);
  if (query.gte !== undefined && query.from !== undefined) throw invalid("a query has either from or gte, not both");
  writeBound(writer, "lte", query.lte, "lt", query.lt ?? query.to, codec);
  if (query.lt !== undefined && query.to !== undefined) throw invalid("a query has either to or lt, not both");
  const start = writer.beginBytes();
  if (query.prefix !== undefined) codec.prefix(writer, query.prefix);
  writer.endBytes(start);
  writer.flag(reverse === true);
  writer.optional(checkLimit(query.limit), (limit) => writer.u32(limit));
}

function writeBound<K, P>(
  writer: Writer,
  included: string,
  inclusive: K | undefined,
  excluded: string,
  exclusive: K | undefined,
  codec: KeyCodec<K, P>,
): void {
  if (inclusive !== undefined && exclusive !== undefined) {
    throw invalid(`a query has either ${included} or ${excluded}, not both`);
  }
  const key = inclusive ?? exclusive;
  if (key === undefined) {
    writer.u8(Bound.unbounded);
    return;
  }
  writer.u8(inclusive === undefined ? Bound.excluded : Bound.included);
  const start = writer.beginBytes();
  codec.write(writer, key);
  writer.endBytes(start);
}
