import { KeyloftError } from "../error.js";
import type { PartitionEntry } from "../partition.js";
import { asyncDispose } from "../scan.js";
import type { WatchEvent } from "../watch.js";
import type { Remote } from "./connection.js";
import type { Scope } from "./scope.js";
import type { AsyncPartitionIterator, AsyncScan, AsyncWatch } from "./types.js";

const END = { done: true, value: undefined } as const;

/** What a scan gives at once. */
interface Chunk {
  entities: unknown[];
  more: boolean;
}

/** The entities of a query. */
export class RemoteScan implements AsyncScan<unknown> {
  private readonly begin: () => Remote;
  private readonly scope: Scope;

  constructor(begin: () => Remote, scope: Scope) {
    this.begin = begin;
    this.scope = scope;
  }

  [Symbol.asyncIterator](): ScanIteration {
    return new ScanIteration(this.begin(), this.scope);
  }

  async toArray(): Promise<unknown[]> {
    for (;;) {
      const remote = this.begin();
      // Nobody has seen anything of it yet: it can begin again.
      const again = remote.lasting;
      try {
        return await new ScanIteration(remote, this.scope).toArray();
      } catch (error) {
        if (!again || !(error instanceof KeyloftError) || error.code !== "LeaderLost") throw error;
      }
    }
  }

}

/** One iteration over them. One piece is fetched ahead of the one that is gone through. */
class ScanIteration implements AsyncIterator<unknown, undefined> {
  private readonly remote: Remote;
  private readonly scope: Scope;
  private entities: unknown[] = [];
  private at = 0;
  /** The piece after these; `undefined` if there is none. */
  private ahead: Promise<Chunk> | undefined;
  private filling: Promise<void> | undefined;

  constructor(remote: Remote, scope: Scope) {
    this.remote = remote;
    this.scope = scope;
    this.fetch();
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    while (this.at === this.entities.length) {
      if (this.ahead === undefined) return END;
      await this.fill(this.ahead);
    }
    this.remote.connection.check();
    return { done: false, value: this.entities[this.at++] };
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.entities = [];
    this.at = 0;
    this.end();
    return END;
  }

  /** What it has left. */
  async toArray(): Promise<unknown[]> {
    const entities: unknown[] = [];
    for (;;) {
      while (this.at < this.entities.length) entities.push(this.entities[this.at++]);
      if (this.ahead === undefined) return entities;
      await this.fill(this.ahead);
    }
  }

  private fill(ahead: Promise<Chunk>): Promise<void> {
    this.filling ??= this.take(ahead).finally(() => (this.filling = undefined));
    return this.filling;
  }

  private async take(ahead: Promise<Chunk>): Promise<void> {
    const { entities, more } = await ahead;
    // It may have been ended meanwhile.
    if (this.ahead === undefined) return;
    // What follows is of the state that this is of.
    this.remote.lasting = false;
    this.entities = entities;
    this.at = 0;
    if (more) this.fetch();
    else this.end();
  }

  private end(): void {
    this.ahead = undefined;
    this.remote.drop();
  }

  private fetch(): void {
    this.ahead = this.scope.ask(this.remote, "chunk", [], true) as Promise<Chunk>;
    // Whoever asks for it hears of it.
    this.ahead.catch(() => undefined);
  }
}

type Event = WatchEvent<unknown, unknown, unknown>;

/** A query's result and its changes. */
export class RemoteWatch implements AsyncWatch<unknown, unknown, unknown> {
  private readonly remote: Remote;
  private readonly events: Event[] = [];
  /** The line that the events before came over. */
  private era = 0;
  private ended = false;
  private taking: Promise<void> | undefined;
  /** Those who wait for an event. */
  private readonly waiting = new Set<() => void>();

  constructor(remote: Remote) {
    this.remote = remote;
    // It begins now.
    this.take().catch(() => undefined);
  }

  async next(): Promise<IteratorResult<Event, undefined>> {
    while (!this.ended) {
      const event = this.events.shift();
      if (event !== undefined) return { done: false, value: event };
      await this.wait();
    }
    return END;
  }

  /** Until there may be an event, or it has ended. */
  private async wait(): Promise<void> {
    let wake: () => void = () => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        wake = resolve;
        this.waiting.add(wake);
        this.take().then(resolve, reject);
      });
    } finally {
      this.waiting.delete(wake);
    }
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.close();
    return END;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [asyncDispose](): Promise<void> {
    this.close();
  }

  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.events.length = 0;
    for (const wake of this.waiting) wake();
    this.remote.drop();
  }

  private take(): Promise<void> {
    this.taking ??= this.fetch().finally(() => (this.taking = undefined));
    return this.taking;
  }

  private async fetch(): Promise<void> {
    const events = (await this.remote.ask("take", [], true, [])) as Event[];
    if (events.length === 0) this.close();
    const { era } = this.remote;
    if (this.era !== 0 && this.era !== era) this.events.push({ type: "lagged", missed: 0n });
    this.era = era;
    for (const event of events) this.events.push(event);
  }
}

/** An iteration over a partition. */
export class RemoteIterator implements AsyncPartitionIterator {
  private readonly remote: Remote;
  private readonly scope: Scope;
  private ended = false;

  constructor(remote: Remote, scope: Scope) {
    this.remote = remote;
    this.scope = scope;
    // It begins now.
    remote.connection.make(remote);
  }

  async next(): Promise<IteratorResult<PartitionEntry, undefined>> {
    return this.ended ? END : ((await this.ask("next", [])) as IteratorResult<PartitionEntry, undefined>);
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.ended = true;
    this.remote.drop();
    return END;
  }

  async take(count: number): Promise<PartitionEntry[]> {
    return this.ended ? [] : ((await this.ask("take", [count])) as PartitionEntry[]);
  }

  async seek(key: Uint8Array): Promise<void> {
    if (this.ended) throw new KeyloftError("Closed", "the iterator has ended");
    await this.ask("seek", [key]);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [asyncDispose](): Promise<void> {
    await this.return();
  }

  private ask(name: string, args: readonly unknown[]): Promise<unknown> {
    return this.scope.ask(this.remote, name, args, true);
  }
}
