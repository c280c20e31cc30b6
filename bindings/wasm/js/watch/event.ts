import type { Reader } from "../codec/reader.js";

/**
 * An event of a watch. A query without a limit has the events `inserted`, `updated` and `deleted`. A query with a limit has
 * `entered`, `changed` and `left`, because an entity can enter or leave its result without a change to it. Their places keep a
 * list of the result up to date, if they are applied in their order.
 */
export type WatchEvent<K, V, E> =
  /** The whole result of the query. It is the first event, and comes again after lost changes. */
  | { type: "current"; entries: E[] }
  | { type: "inserted"; commit: bigint; key: K; new: V }
  | { type: "updated"; commit: bigint; key: K; old: V; new: V }
  | { type: "deleted"; commit: bigint; key: K; old: V }
  /** An entity enters the list, at this place. */
  | { type: "entered"; commit: bigint; key: K; new: V; at: number }
  /** An entity of the list has another value. It is removed from the place `from`, and then inserted at the place `to`. */
  | { type: "changed"; commit: bigint; key: K; old: V; new: V; from: number; to: number }
  /** An entity leaves the list, from this place. */
  | { type: "left"; commit: bigint; key: K; old: V; at: number }
  /** An entity leaves the result because it can't be decoded any more. The watch throws the error next. */
  | { type: "unreadable"; commit: bigint; key: K; old: V }
  /** An entity that could not be decoded is not in the result any more. */
  | { type: "discarded"; commit: bigint; key: K }
  /** Changes were lost, because the caller did not take earlier ones in time. The next event is `current`. */
  | { type: "lagged"; missed: bigint };

/** An event that can't be decoded. */
export class FailedEvent {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** The position of bytes in a response. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Skips the next bytes, and returns their position. */
export function skip(reader: Reader): Span {
  const length = reader.u32();
  const start = reader.pos;
  reader.pos = start + length;
  return { start, end: reader.pos };
}
