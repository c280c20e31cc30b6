import type { Reader } from "../codec/reader.js";
import type { Writer } from "../codec/writer.js";
import * as callbacks from "../engine/callbacks.js";
import type { Context } from "../engine/context.js";
import type { TableHandle } from "../engine/handle.js";
import { readError } from "../engine/response.js";
import { checkLimit } from "../error/check.js";
import { KeyloftError } from "../error/error.js";
import { asyncDispose, dispose } from "../platform/dispose.js";
import { EventCode, Op, Resource } from "../protocol/codes.generated.js";
import { FailedEvent, skip, type Span, type WatchEvent } from "./event.js";
import { enderOf, releaserOf, type WatchState, wakerOf } from "./waker.js";

/** The options of a watch. */
export interface WatchOptions {
  /** The maximal number of waiting changes; 1024 by default. A commit that finds no room is lost for this watch. */
  capacity?: number | undefined;
  /** Set for a live query: the new values of events are entries, and the old values are left out. @internal */
  live?: boolean | undefined;
}

/** The codecs of the watched table. */
interface WatchedTable<K, V, E> {
  write(writer: Writer): void;
  visibility(writer: Writer): void;
  key(reader: Reader, start: number, end: number): K;
  value(reader: Reader, key: K): V;
  entry(key: K, value: V): E;
}

/**
 * The result of a query and its changes, for `for await`. The watch begins when it is made. Between the result and the
 * first change, no change is missing or repeated. An expired row of a stream makes an event when it is evicted; if it is
 * put again before that, the event is an update. A row that can't be read is an error, after which the watch goes on. If the
 * table gets another definition, the watch ends with an error of the code `DefinitionMismatch`.
 */
export class Watch<K, V, E> implements AsyncIterableIterator<WatchEvent<K, V, E>, undefined> {
  private readonly context: Context;
  private readonly watched: WatchedTable<K, V, E>;
  private readonly isLive: boolean;
  private readonly number: number;
  private readonly removeCloseListener: () => void;
  private readonly state: WatchState = { ended: false, waiting: [] };
  private readonly events: (WatchEvent<K, V, E> | FailedEvent)[] = [];

  /** @internal */
  constructor(context: Context, handle: TableHandle, options: WatchOptions, watched: WatchedTable<K, V, E>) {
    this.context = context;
    this.watched = watched;
    this.isLive = options.live === true;
    const { state } = this;
    const wake = wakerOf(state);
    this.number = callbacks.addWaker(wake);
    try {
      context.call(
        Op.watch,
        handle.number(context),
        (writer) => {
          watched.visibility(writer);
          writer.u32(this.number);
          writer.optional(checkLimit(options.capacity), (capacity) => writer.u32(capacity));
          watched.write(writer);
        },
        (reader) => this.events.push(this.readCurrent(reader)),
      );
    } catch (error) {
      callbacks.removeWaker(this.number);
      throw error;
    }
    this.removeCloseListener = context.driver.whenClosed(enderOf(state, this.number, wake));
    context.driver.follow(this, Resource.watch, this.number, releaserOf(this.number, this.removeCloseListener));
  }

  async next(): Promise<IteratorResult<WatchEvent<K, V, E>, undefined>> {
    for (;;) {
      const event = this.events.shift();
      if (event instanceof FailedEvent) {
        const { error } = event;
        // All later commits would be the same error.
        if (error instanceof KeyloftError && error.code === "DefinitionMismatch") this.close();
        throw error;
      }
      if (event !== undefined) return { done: false, value: event };
      if (this.state.ended) return { done: true, value: undefined };
      if (this.context.driver.busy) {
        // The transaction is synchronous, so it has ended after this.
        await undefined;
        continue;
      }
      this.fetch();
      if (this.events.length === 0) await new Promise<void>((resolve) => this.state.waiting.push(resolve));
    }
  }

  /** Returns the waiting events, up to the first one that can't be decoded. @internal */
  ready(): WatchEvent<K, V, E>[] {
    const failed = this.events.findIndex((event) => event instanceof FailedEvent);
    return this.events.splice(0, failed < 0 ? this.events.length : failed) as WatchEvent<K, V, E>[];
  }

  /** `true` once the watch has ended. @internal */
  get ended(): boolean {
    return this.state.ended;
  }

  /** Returns all waiting events. @internal */
  drain(): (WatchEvent<K, V, E> | FailedEvent)[] {
    for (let known = -1; known < this.events.length && !this.state.ended && !this.context.driver.busy; ) {
      known = this.events.length;
      this.fetch();
    }
    return this.events.splice(0);
  }

  /** Waits until there may be events, or the watch has ended. @internal */
  async woken(): Promise<void> {
    if (!this.state.ended) await new Promise<void>((resolve) => this.state.waiting.push(resolve));
    // The transaction is synchronous, so it has ended after this.
    while (this.context.driver.busy) await undefined;
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

  /** Ends the watch. For callers that wait for an event, the iteration ends. */
  close(): void {
    const { state } = this;
    if (state.ended) return;
    state.ended = true;
    this.events.length = 0;
    callbacks.removeWaker(this.number);
    this.removeCloseListener();
    this.context.driver.drop(this, Resource.watch, this.number);
    for (const resolve of state.waiting.splice(0)) resolve();
  }

  private fetch(): void {
    this.context.call(Op.events, this.number, () => undefined, (reader) => this.readEvents(reader));
    const last = this.events[this.events.length - 1];
    if (last === undefined || last instanceof FailedEvent || last.type !== "lagged") return;
    try {
      this.context.call(Op.current, this.number, () => undefined, (reader) => this.events.push(this.readCurrent(reader)));
    } catch (error) {
      this.events.push(new FailedEvent(error));
    }
  }

  /**
   * Reads events, up to the first one after which the result must be read again. An event that can't be decoded does not
   * hide later events.
   */
  private readEvents(reader: Reader): void {
    const { end } = reader;
    for (;;) {
      const what = reader.u8();
      if (what === EventCode.failed) this.events.push(new FailedEvent(readError(reader)));
      else if (what === EventCode.lagged) {
        this.events.push({ type: "lagged", missed: reader.u64() });
        return;
      } else if (what !== EventCode.end) {
        const places = what === EventCode.placed ? { from: reader.u32(), to: reader.u32() } : undefined;
        const commit = reader.u64();
        const key = skip(reader);
        const before = reader.flag() ? skip(reader) : undefined;
        const after = reader.flag() ? skip(reader) : undefined;
        const next = reader.pos;
        try {
          this.events.push(this.readChange(reader, what, commit, key, before, after, places));
        } catch (error) {
          this.events.push(new FailedEvent(error));
        }
        reader.narrow(next, end);
      } else return;
    }
  }

  private readChange(
    reader: Reader,
    what: number,
    commit: bigint,
    named: Span,
    before: Span | undefined,
    after: Span | undefined,
    places: { from: number; to: number } | undefined,
  ): WatchEvent<K, V, E> {
    const { watched } = this;
    const key = watched.key(reader, named.start, named.end);
    const side = ({ start, end }: Span, isOld = false): V => {
      if (isOld && this.isLive) return undefined as V;
      reader.narrow(start, end);
      const value = watched.value(reader, key);
      return this.isLive ? (watched.entry(key, value) as unknown as V) : value;
    };
    if (what === EventCode.discarded) return { type: "discarded", commit, key };
    if (what === EventCode.unreadable) return { type: "unreadable", commit, key, old: side(before as Span, true) };
    if (before === undefined) {
      const entity = side(after as Span);
      return places === undefined ? { type: "inserted", commit, key, new: entity } : { type: "entered", commit, key, new: entity, at: places.to };
    }
    const old = side(before, true);
    if (after === undefined) return places === undefined ? { type: "deleted", commit, key, old } : { type: "left", commit, key, old, at: places.from };
    const change = { commit, key, old, new: side(after) };
    return places === undefined ? { type: "updated", ...change } : { type: "changed", ...change, ...places };
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
