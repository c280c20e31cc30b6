import type { Context, Handle } from "./context.js";
import * as host from "./host.js";
import { Held, Op } from "./port.js";
import { limitOf } from "./query.js";
import { asyncDispose } from "./scan.js";
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
  private readonly events: WatchEvent<K, V, E>[] = [];

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

  /** The events that are there already, after one was. @internal */
  ready(): WatchEvent<K, V, E>[] {
    return this.events.splice(0);
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
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
    this.context.call(Op.events, this.number, () => undefined, (reader) => this.readEvents(reader));
    const last = this.events[this.events.length - 1];
    if (last?.type === "lagged") {
      this.context.call(Op.current, this.number, () => undefined, (reader) => this.events.push(this.readCurrent(reader)));
    }
  }

  private readEvents(reader: Reader): void {
    const { watched } = this;
    while (reader.u8() === 1) {
      if (reader.u8() === 0) {
        this.events.push({ type: "lagged", missed: reader.u64() });
        // What follows is in the result that is read next.
        return;
      }
      const commit = reader.u64();
      const keyLength = reader.u32();
      const key = watched.key(reader, reader.pos, reader.pos + keyLength);
      reader.pos += keyLength;
      const before = this.readSide(reader, key);
      const after = this.readSide(reader, key);
      if (before === undefined) this.events.push({ type: "inserted", commit, key, new: after as V });
      else if (after === undefined) this.events.push({ type: "deleted", commit, key, old: before });
      else this.events.push({ type: "updated", commit, key, old: before, new: after });
    }
  }

  private readSide(reader: Reader, key: K): V | undefined {
    if (!reader.flag()) return undefined;
    const length = reader.u32();
    const { end } = reader;
    const next = reader.pos + length;
    reader.narrow(reader.pos, next);
    const value = this.watched.value(reader, key);
    reader.narrow(next, end);
    return value;
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

