import type { Reader } from "../codec/reader.js";

/** What a watch tells. */
export type WatchEvent<K, V, E> =
  /** The query's whole result: first of all, and again after changes were lost. */
  | { type: "current"; entries: E[] }
  | { type: "inserted"; commit: bigint; key: K; new: V }
  | { type: "updated"; commit: bigint; key: K; old: V; new: V }
  | { type: "deleted"; commit: bigint; key: K; old: V }
  /** Changes were lost, because those before were not taken in time. The next event is `current`. */
  | { type: "lagged"; missed: bigint };

/** An event that can't be read, and why. */
export class FailedEvent {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** Where bytes are in an answer. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the bytes are that are next, which are left out. */
export function skip(reader: Reader): Span {
  const length = reader.u32();
  const start = reader.pos;
  reader.pos = start + length;
  return { start, end: reader.pos };
}
