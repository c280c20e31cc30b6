import type { Context, Handle } from "./context.js";
import { KeyloftError, readError } from "./error.js";
import * as host from "./host.js";
import { Held, Op } from "./port.js";
import { limitOf } from "./query.js";
import { asyncDispose, dispose } from "./scan.js";
import type { Reader } from "./reader.js";
import type { Writer } from "./writer.js";

/** How a query is watched. */
export interface WatchOptions {
  /** How many changes may wait to be taken; a commit that finds no room is lost to this watch. 1024 if it isn't said. */
  capacity?: number | undefined;
}

/** What a watch tells. */
export type WatchEvent<K, V, E> =
  /** The query's whole result: first of all, and again after changes were lost. */
  | { type: "current"; entries: E[] }
  | { type: "inserted"; commit: bigint; key: K; new: V }
  | { type: "updated"; commit: bigint; key: K; old: V; new: V }
  | { type: "deleted"; commit: bigint; key: K; old: V }
  /** Changes were lost, because those before were not taken in time. The next event is `current`. */
  | { type: "lagged"; missed: bigint };

/** How what is watched is written and read. */
interface Watched<K, V, E> {
  write(writer: Writer): void;
  visibility(writer: Writer): void;
  key(reader: Reader, start: number, end: number): K;
  value(reader: Reader, key: K): V;
  entry(key: K, value: V): E;
}

/**
 * A query's result and its changes, for `for await`. It begins when it is made: nothing between the result and the
 * first change is missing or told twice. A row of a stream that has expired counts as there until it is removed, or put
 * again, which is an update.
 */
export class Watch<K, V, E> implements AsyncIterableIterator<WatchEvent<K, V, E>, undefined> {
  private readonly context: Context;
  private readonly watched: Watched<K, V, E>;
  private readonly number: number;
  private readonly forgetClose: () => void;
  private readonly state: State = { ended: false, waiting: [] };
  private readonly events: (WatchEvent<K, V, E> | Failed)[] = [];

  /** @internal */
  constructor(context: Context, handle: Handle, options: WatchOptions, watched: Watched<K, V, E>) {
    this.context = context;
    this.watched = watched;
    const { state } = this;
    const wake = waker(state);
    this.number = host.addWaker(wake);
    try {
      context.call(
        Op.watch,
        handle.number(context),
        (writer) => {
          watched.visibility(writer);
          writer.u32(this.number);
          writer.optional(limitOf(options.capacity), (capacity) => writer.u32(capacity));
          watched.write(writer);
        },
        (reader) => this.events.push(this.readCurrent(reader)),
      );
    } catch (error) {
      host.removeWaker(this.number);
      throw error;
    }
    this.forgetClose = context.port.whenClosed(ender(state, this.number, wake));
    context.port.follow(this, Held.watch, this.number, forgetter(this.number, this.forgetClose));
  }

  async next(): Promise<IteratorResult<WatchEvent<K, V, E>, undefined>> {
    for (;;) {
      const event = this.events.shift();
      if (event instanceof Failed) throw event.error;
      if (event !== undefined) return { done: false, value: event };
      if (this.state.ended) return { done: true, value: undefined };
      if (this.context.port.busy) {
        // A transaction is synchronous: it is over before this goes on.
        await undefined;
        continue;
      }
      this.fetch();
      if (this.events.length === 0) await new Promise<void>((resolve) => this.state.waiting.push(resolve));
    }
  }

  /** The events that are there already, after one was, up to one that can't be read. @internal */
  ready(): WatchEvent<K, V, E>[] {
    const failed = this.events.findIndex((event) => event instanceof Failed);
    return this.events.splice(0, failed < 0 ? this.events.length : failed) as WatchEvent<K, V, E>[];
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [dispose](): void {
    this.close();
  }

  async [asyncDispose](): Promise<void> {
    this.close();
  }

  /** Ends it; who waits for an event is told that none comes. */
  close(): void {
    const { state } = this;
    if (state.ended) return;
    state.ended = true;
    this.events.length = 0;
    host.removeWaker(this.number);
    this.forgetClose();
    this.context.port.drop(this, Held.watch, this.number);
    for (const resolve of state.waiting.splice(0)) resolve();
  }

  private fetch(): void {
    try {
      this.context.call(Op.events, this.number, () => undefined, (reader) => this.readEvents(reader));
    } catch (error) {
      // What waits has other keys than this watch reads, and so has all that follows.
      if (error instanceof KeyloftError && error.code === "DefinitionMismatch") this.close();
      throw error;
    }
    const last = this.events[this.events.length - 1];
    if (last === undefined || last instanceof Failed || last.type !== "lagged") return;
    try {
      this.context.call(Op.current, this.number, () => undefined, (reader) => this.events.push(this.readCurrent(reader)));
    } catch (error) {
      this.events.push(new Failed(error));
    }
  }

  /** Reads events up to one after which the result is read anew. One that can't be read does not hide those behind it. */
  private readEvents(reader: Reader): void {
    const { end } = reader;
    for (;;) {
      const what = reader.u8();
      if (what === FAILED) this.events.push(new Failed(readError(reader)));
      else if (what === LAGGED) {
        this.events.push({ type: "lagged", missed: reader.u64() });
        return;
      } else if (what === CHANGE) {
        const commit = reader.u64();
        const key = skip(reader);
        const before = reader.flag() ? skip(reader) : undefined;
        const after = reader.flag() ? skip(reader) : undefined;
        const next = reader.pos;
        try {
          this.events.push(this.readChange(reader, commit, key, before, after));
        } catch (error) {
          this.events.push(new Failed(error));
        }
        reader.narrow(next, end);
      } else return;
    }
  }

  private readChange(reader: Reader, commit: bigint, named: Span, before: Span | undefined, after: Span | undefined): WatchEvent<K, V, E> {
    const { watched } = this;
    const key = watched.key(reader, named.start, named.end);
    const side = ({ start, end }: Span): V => {
      reader.narrow(start, end);
      return watched.value(reader, key);
    };
    if (before === undefined) return { type: "inserted", commit, key, new: side(after as Span) };
    if (after === undefined) return { type: "deleted", commit, key, old: side(before) };
    return { type: "updated", commit, key, old: side(before), new: side(after) };
  }

  private readCurrent(reader: Reader): WatchEvent<K, V, E> {
    const { watched } = this;
    const { end } = reader;
    const entries: E[] = [];
    for (let left = reader.u32(); left > 0; left--) {
      const keyLength = reader.u32();
      const key = watched.key(reader, reader.pos, reader.pos + keyLength);
      reader.pos += keyLength;
      const length = reader.u32();
      const next = reader.pos + length;
      reader.narrow(reader.pos, next);
      entries.push(watched.entry(key, watched.value(reader, key)));
      reader.narrow(next, end);
    }
    return { type: "current", entries };
  }
}

/** What an answer has next of what is told: nothing if none of these. */
const CHANGE = 1;
const LAGGED = 2;
const FAILED = 3;

/** An event that can't be read, and why. */
class Failed {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** Where bytes are in an answer. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the bytes are that are next, which are left out. */
function skip(reader: Reader): Span {
  const length = reader.u32();
  const start = reader.pos;
  reader.pos = start + length;
  return { start, end: reader.pos };
}

/** What the engine's end of a watch has to know: not the watch, which is collected when nobody holds it any more. */
interface State {
  ended: boolean;
  waiting: (() => void)[];
}

// Functions of their own, because closures of one scope keep alive what any of them uses.

function waker(state: State): () => void {
  return () => {
    for (const resolve of state.waiting.splice(0)) resolve();
  };
}

function ender(state: State, number: number, wake: () => void): () => void {
  return () => {
    state.ended = true;
    host.removeWaker(number);
    wake();
  };
}

function forgetter(number: number, forgetClose: () => void): () => void {
  return () => {
    forgetClose();
    host.removeWaker(number);
  };
}

