import { checkLimit, invalid } from "../error/check.js";
import type { Live } from "../live/live.js";
import type { Watch, WatchOptions } from "../watch/watch.js";
import type { Page, PageOptions, ReadablePage } from "./page.js";
import { checkQuery, type Query } from "./query.js";
import type { Scan } from "./scan.js";

/** The reads and the deletion by an index. Their queries select by the indexed values. */
export interface IndexAccess<J, Q, E, K, V> {
  findAll(value: J): E[];
  scan(query: Query<J, Q>): Scan<E>;
  page(options: PageOptions<J, Q>): Page<E>;
  pageReadable(options: PageOptions<J, Q>): ReadablePage<E>;
  count(query: Query<J, Q>): number;
  missing(query: Query<K, unknown>): Scan<E>;
  watch(query: Query<J, Q>, options: WatchOptions | undefined): Watch<K, V, E>;
  liveCount(query: Query<J, Q>): Live<number>;
  deleteRange(query: Query<J, Q>): number;
}

/** An index of a table. Its queries select by the indexed values, and return entities in the order of these values. */
export class Index<J, Q, E, K = unknown, V = unknown> {
  /** @internal */
  protected readonly access: IndexAccess<J, Q, E, K, V>;

  /** @internal */
  constructor(access: IndexAccess<J, Q, E, K, V>) {
    this.access = access;
  }

  /** Returns the entities that have this value. */
  findAll(value: J): E[] {
    return this.access.findAll(value);
  }

  /** Returns the first entity of the query. */
  first(query: Query<J, Q> = {}): E | undefined {
    checkQuery(query);
    const { limit = 1, ...rest } = query;
    return checkLimit(limit) === 0 ? undefined : this.access.page({ ...rest, limit: 1 }).entries[0];
  }

  /** Returns the last entity of the query. */
  last(query: Omit<Query<J, Q>, "limit"> & { limit?: undefined } = {}): E | undefined {
    checkQuery(query);
    if (query.limit !== undefined) throw invalid("`last` takes a query without a limit: leave it out");
    return this.first({ ...query, reverse: query.reverse !== true });
  }

  /** Returns the entities of the query, one by one. */
  scan(query: Query<J, Q> = {}): Scan<E> {
    return this.access.scan(query);
  }

  /** Returns a page of the query. */
  page(options: PageOptions<J, Q> = {}): Page<E> {
    return this.access.page(options);
  }

  /** Returns a page that steps over entities that can't be read, and lists them in `skipped`. */
  pageReadable(options: PageOptions<J, Q> = {}): ReadablePage<E> {
    return this.access.pageReadable(options);
  }

  /** Returns the number of entities of the query. */
  count(query: Query<J, Q> = {}): number {
    return this.access.count(query);
  }

  /** Returns the entities without a value in the index. The query selects by key. It reads all entities of the query. */
  missing(query: Query<K, unknown> = {}): Scan<E> {
    return this.access.missing(query);
  }

  /**
   * Returns the result of the query and then its changes, as an asynchronous iterator. The changes to a query with a limit have
   * places in a list of its result: see `WatchEvent`. A snapshot or a transaction can't be watched.
   */
  watch(query: Query<J, Q> = {}, options?: WatchOptions): Watch<K, V, E> {
    return this.access.watch(query, options);
  }

  /** Returns the number of entities of the query, kept up to date: see `Live`. */
  liveCount(query: Query<J, Q> = {}): Live<number> {
    return this.access.liveCount(query);
  }

  /** Deletes the entities of the query, and returns their number. Hidden entities, such as expired ones, are included. */
  deleteRange(query: Query<J, Q> = {}): number {
    return this.access.deleteRange(query);
  }
}

/** A unique index of a table. */
export class UniqueIndex<J, Q, E, K = unknown, V = unknown> extends Index<J, Q, E, K, V> {
  /** Returns the entity that has this value. */
  find(value: J): E | undefined {
    const found = this.access.findAll(value);
    if (found.length > 1) throw invalid("a unique index has more than one entity of this value: run `verify` in Rust");
    return found[0];
  }
}
