import type { Reader } from "../codec/reader.js";

/** An event of a watch. */
export type WatchEvent<K, V, E> =
  /** The whole result of the query. It is the first event, and comes again after lost changes. */
  | { type: "current"; entries: E[] }
  | { type: "inserted"; commit: bigint; key: K; new: V }
  | { type: "updated"; commit: bigint; key: K; old: V; new: V }
  | { type: "deleted"; commit: bigint; key: K; old: V }
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
