import { KeyloftError } from "../../error/error.js";
import type { Live } from "../../live/live.js";
import type { AsyncScan } from "./async-database.js";
import type { CallScope } from "./call-scope.js";
import type { RemoteObject } from "./connection.js";
import { isSame } from "./same.js";

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
    return new ScanIteration(this.begin, this.scope);
  }

  async toArray(): Promise<unknown[]> {
    for (;;) {
      const iteration = new ScanIteration(this.begin, this.scope);
      try {
        return await iteration.toArray();
      } catch (error) {
        // The caller has seen no entity yet, so the scan can begin again.
        if (!iteration.isRepeatable || !isLost(error)) throw error;
      }
    }
  }

  live(): Live<readonly unknown[] | undefined> {
    return this.beginLive();
  }
}

/** The number of entities up to which an iteration can begin again on the next leader. */
const KEPT = 1024;

/**
 * One iteration over a scan. It asks for the next chunk while the caller uses this one.
 *
 * If its leader ends, it begins again on the next one, and goes on where it was. It must not show a mixture of two states. So the
 * entities that it has received must be the first ones of the new state, too: then all that it shows is the new state.
 */
class ScanIteration implements AsyncIterator<unknown, undefined> {
  /** `true` for the scan of a database, which the next leader can begin again; `false` in a transaction or a snapshot. */
  readonly isRepeatable: boolean;
  private readonly begin: () => RemoteObject;
  private readonly scope: CallScope;
  private remote: RemoteObject;
  /** The entities that were received, if they are few. */
  private received: unknown[] | undefined = [];
  private entities: unknown[] = [];
  private at = 0;
  /** The next chunk; `undefined` if there is none. */
  private ahead: Promise<Chunk> | undefined;
  private filling: Promise<void> | undefined;

  constructor(begin: () => RemoteObject, scope: CallScope) {
    this.begin = begin;
    this.scope = scope;
    this.remote = begin();
    this.isRepeatable = this.remote.recreatable;
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
    let chunk: Chunk;
    try {
      chunk = await ahead;
    } catch (error) {
      if (!this.isRepeatable || this.received === undefined || !isLost(error)) throw error;
      chunk = await this.beginAgain(this.received);
    }
    const { entities, more } = chunk;
    // The iteration may have ended meanwhile.
    if (this.ahead === undefined) return;
    // The next leader can't show the state of these entities.
    this.remote.recreatable = false;
    this.entities = entities;
    this.at = 0;
    if (this.received !== undefined && this.received.length + entities.length <= KEPT) this.received.push(...entities);
    else this.received = undefined;
    if (more) this.fetch();
    else this.end();
  }

  /** Begins the scan on the next leader, and returns the entities behind those that were received. */
  private async beginAgain(received: readonly unknown[]): Promise<Chunk> {
    this.remote = this.begin();
    const found: unknown[] = [];
    let more = true;
    while (more && found.length < received.length) {
      const chunk = (await this.scope.ask(this.remote, "chunk", [], true)) as Chunk;
      // A later leader would begin this scan again from its first entity.
      this.remote.recreatable = false;
      found.push(...chunk.entities);
      more = chunk.more;
    }
    if (!received.every((entity, i) => i < found.length && isSame(entity, found[i]))) {
      this.remote.drop();
      throw new KeyloftError("LeaderLost", "the tab that had the database open is gone, and the data has changed since the iteration began: begin it again");
    }
    return { entities: found.slice(received.length), more };
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

function isLost(error: unknown): boolean {
  return error instanceof KeyloftError && error.code === "LeaderLost";
}
