import type { Row } from "../../codec/value.js";
import type { Live } from "../../live/live.js";
import type { Write } from "../../table/batch.js";
import type { CollectionDefinition, Indexes, IndexPrefix, IndexTypesOf, IndexValue, KeyOf, PrefixOf, StoredKeyOf } from "../../table/collection-definition.js";
import type { Page, PageOptions, ReadablePage } from "../../table/page.js";
import type { IndexQuery, Query } from "../../table/query.js";
import type { WatchOptions } from "../../watch/watch.js";
import type { AsyncScan, AsyncWatch } from "./async-database.js";
import type { AsyncSelect } from "./async-select.js";

/** An index of a table: see `Index`. */
export interface AsyncIndex<J, Q, E, K = unknown, V = unknown> {
  /** Returns the entities that have this value. */
  findAll(value: J): Promise<E[]>;
  /** Returns the first entity of the query. */
  first(query?: Query<J, Q>): Promise<E | undefined>;
  /** Returns the last entity of the query. */
  last(query?: Omit<Query<J, Q>, "limit"> & { limit?: undefined }): Promise<E | undefined>;
  /** Returns the entities of the query, one by one. */
  scan(query?: Query<J, Q>): AsyncScan<E>;
  /** Returns a page of the query. */
  page(options?: PageOptions<J, Q>): Promise<Page<E>>;
  /** Returns a page that steps over entities that can't be read, and lists them in `skipped`. */
  pageReadable(options?: PageOptions<J, Q>): Promise<ReadablePage<E>>;
  /** Returns the number of entities of the query. */
  count(query?: Query<J, Q>): Promise<number>;
  /** Returns the entities without a value in the index. The query selects by key. */
  missing(query?: Query<K, unknown>): AsyncScan<E>;
  /** Returns the result of the query and then its changes. */
  watch(query?: Query<J, Q>, options?: WatchOptions): AsyncWatch<K, V, E>;
  /** Returns the number of entities of the query, kept up to date. It is `undefined` until it is read. */
  liveCount(query?: Query<J, Q>): Live<number | undefined>;
  /** Deletes the entities of the query, and returns their number. */
  deleteRange(query?: Query<J, Q>): Promise<number>;
}

/** A collection of an asynchronous database: see `Collection`. */
export interface AsyncCollection<D extends CollectionDefinition, R extends object = Row> {
  /** Returns the row stored under the key. */
  get(key: KeyOf<D>): Promise<R | undefined>;
  /** Returns the row stored under the key. If there is none, it fails with the code `NotFound`. */
  require(key: KeyOf<D>): Promise<R>;
  /** Returns the rows stored under the keys, in the order of the keys. */
  getMany(keys: readonly KeyOf<D>[]): Promise<(R | undefined)[]>;
  /** Returns `true` if the key exists. */
  has(key: KeyOf<D>): Promise<boolean>;
  /** Returns the row that has this value in the unique index, with its key. */
  find<N extends string & keyof NonNullable<D["unique"]>>(
    index: N,
    value: IndexValue<NonNullable<D["unique"]>[N]>,
  ): Promise<[StoredKeyOf<D>, R] | undefined>;
  /** Returns an index of the collection, for reads by its values. */
  by<N extends string & keyof Indexes<D>>(index: N): AsyncIndex<IndexValue<Indexes<D>[N]>, IndexPrefix<Indexes<D>[N]>, [StoredKeyOf<D>, R], KeyOf<D>, R>;
  /** Returns the indexes that the collection is opened with. */
  indexList(): Promise<{ name: string; unique: boolean; list: boolean }[]>;
  /** Returns the number of rows of the query. */
  count(query?: Query<KeyOf<D>, PrefixOf<D>>): Promise<number>;
  /** Returns the first row of the query, with its key. */
  first(query?: Query<KeyOf<D>, PrefixOf<D>>): Promise<[StoredKeyOf<D>, R] | undefined>;
  /** Returns the last row of the query, with its key. */
  last(query?: Omit<Query<KeyOf<D>, PrefixOf<D>>, "limit"> & { limit?: undefined }): Promise<[StoredKeyOf<D>, R] | undefined>;
  /** Returns the rows of the query with their keys, one by one. */
  scan(query?: Query<KeyOf<D>, PrefixOf<D>>): AsyncScan<[StoredKeyOf<D>, R]>;
  /** Returns a page of the query. */
  page(options?: PageOptions<KeyOf<D>, PrefixOf<D>>): Promise<Page<[StoredKeyOf<D>, R]>>;
  /** Returns a page that steps over rows that can't be read, and lists them in `skipped`. */
  pageReadable(options?: PageOptions<KeyOf<D>, PrefixOf<D>>): Promise<ReadablePage<[StoredKeyOf<D>, R]>>;
  /** Returns a query with conditions, an order, a limit and a projection. */
  select(): AsyncSelect<KeyOf<D>, PrefixOf<D>, R, StoredKeyOf<D>, IndexTypesOf<D>>;
  /** Watches a query by an index: its bounds and its prefix are of the indexed values, and its result is in their order. */
  watch<N extends string & keyof Indexes<D>>(
    query: IndexQuery<N, IndexValue<Indexes<D>[N]>, IndexPrefix<Indexes<D>[N]>>,
    options?: WatchOptions,
  ): AsyncWatch<KeyOf<D>, R, [StoredKeyOf<D>, R]>;
  /** Watches a query by key. */
  watch(query?: Query<KeyOf<D>, PrefixOf<D>>, options?: WatchOptions): AsyncWatch<KeyOf<D>, R, [StoredKeyOf<D>, R]>;
  /** Returns the row stored under the key, kept up to date. It is `undefined` until it is read. */
  liveGet(key: KeyOf<D>): Live<R | undefined>;
  /** Returns the number of rows of the query, kept up to date. It is `undefined` until it is read. */
  liveCount(query?: Query<KeyOf<D>, PrefixOf<D>>): Live<number | undefined>;
  /** Stores the row, or replaces the row with this key. */
  put(key: KeyOf<D>, row: R): Promise<void>;
  /** Stores the row if the key is new. Otherwise it fails with the code `AlreadyExists`. */
  insert(key: KeyOf<D>, row: R): Promise<void>;
  /** Stores all rows in one transaction. */
  putMany(rows: readonly (readonly [key: KeyOf<D>, row: R])[]): Promise<void>;
  /** Makes all writes in one transaction, in their order. */
  batch(writes: readonly Write<KeyOf<D>, R>[]): Promise<void>;
  /**
   * Reads the row, changes it and stores it, in one transaction. `change` changes its argument, or returns a new row. Returns
   * the stored row.
   */
  update(key: KeyOf<D>, change: (row: R) => R | undefined | void): Promise<R>;
  /** Deletes the row stored under the key. Returns `false` if there was none. */
  delete(key: KeyOf<D>): Promise<boolean>;
  /** Deletes the rows stored under the keys in one transaction, and returns their number. */
  deleteMany(keys: readonly KeyOf<D>[]): Promise<number>;
  /** Deletes a row that can't be read, by its stored key, which `pageReadable` lists. Returns `false` if there was none. */
  discard(stored: Uint8Array): Promise<boolean>;
  /** Deletes the rows of the query, and returns their number. */
  deleteRange(query?: Query<KeyOf<D>, PrefixOf<D>>): Promise<number>;
}
