import { KeyloftError } from "../../error/error.js";
import type { Live } from "../../live/live.js";
import type { AsyncScan } from "./async-database.js";
import type { CallScope } from "./call-scope.js";
import type { RemoteObject } from "./connection.js";

export const END = { done: true, value: undefined } as const;

/** A part of the entities of a scan. */
interface Chunk {
  entities: unknown[];
  more: boolean;
}

/** The entities of a query of the leader. */
export class RemoteScan implements AsyncScan<unknown> {
  private readonly begin: () => RemoteObject;
  private readonly scope: CallScope;
  private readonly beginLive: () => Live<readonly unknown[] | undefined>;

  constructor(begin: () => RemoteObject, scope: CallScope, beginLive: () => Live<readonly unknown[] | undefined>) {
    this.begin = begin;
    this.scope = scope;
    this.beginLive = beginLive;
  }

  [Symbol.asyncIterator](): ScanIteration {
    return new ScanIteration(this.begin(), this.scope);
  }

  async toArray(): Promise<unknown[]> {
    for (;;) {
      const remote = this.begin();
      // The caller has seen no entity yet, so the scan can begin again.
      const again = remote.recreatable;
      try {
        return await new ScanIteration(remote, this.scope).toArray();
      } catch (error) {
        if (!again || !(error instanceof KeyloftError) || error.code !== "LeaderLost") throw error;
      }
    }
  }

  live(): Live<readonly unknown[] | undefined> {
    return this.beginLive();
  }
}

/** One iteration over a scan. It asks for the next chunk while the caller uses this one. */
class ScanIteration implements AsyncIterator<unknown, undefined> {
  private readonly remote: RemoteObject;
  private readonly scope: CallScope;
  private entities: unknown[] = [];
  private at = 0;
  /** The next chunk; `undefined` if there is none. */
  private ahead: Promise<Chunk> | undefined;
  private filling: Promise<void> | undefined;

  constructor(remote: RemoteObject, scope: CallScope) {
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

  /** Returns the rest of the entities. */
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
    // The iteration may have ended meanwhile.
    if (this.ahead === undefined) return;
    // The next leader can't show the state of these entities.
    this.remote.recreatable = false;
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
    // The caller that awaits it handles the error.
    this.ahead.catch(() => undefined);
  }
}
