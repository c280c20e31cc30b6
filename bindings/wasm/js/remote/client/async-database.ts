import type { Row } from "../../codec/value.js";
import type { DirectDatabase } from "../../database/direct-database.js";
import type { CollectionDefinition, Indexes, IndexPrefix, IndexValue, RowOf, StoredKeyOf } from "../../table/collection-definition.js";
import type { Collection } from "../../table/collection.js";
import type { PartitionEntry, PartitionIterator } from "../../table/partition-iterator.js";
import type { PrincipalStores } from "../../table/principal-stores.js";
import type { Principal } from "../../table/principal.js";
import type { AllUsersTable, SharedTable, StreamTable, UserTable } from "../../table/row-table.js";
import type { Scan } from "../../table/scan.js";
import type { UnrestrictedStores } from "../../table/stores.js";
import type { Index } from "../../table/table-index.js";
import type { IdOptions, SharedOptions } from "../../table/table-options.js";
import type { Snapshot } from "../../transaction/snapshot.js";
import type { Transaction } from "../../transaction/transaction.js";
import type { View } from "../../transaction/view.js";
import type { WatchEvent } from "../../watch/event.js";
import type { Watch } from "../../watch/watch.js";

/**
 * What is asked of somewhere else: each method is that of `S`, but returns a promise of what that returns. Stores are
 * had at once, and a table or a query that can't be opened is an error of what is asked of it.
 */
export type Async<S> = { readonly [M in keyof S as M extends Here ? never : M]: Asked<S[M]> };

/** What is asked of a collection somewhere else. */
export type AsyncCollection<D extends CollectionDefinition, R extends Row = Row> = Omit<Async<Collection<D, R>>, "find" | "by"> & {
  /** The row that has this value in the unique index, with its key. */
  find<N extends string & keyof NonNullable<D["unique"]>>(
    index: N,
    value: IndexValue<NonNullable<D["unique"]>[N]>,
  ): Promise<[StoredKeyOf<D>, R] | undefined>;
  /** The collection by one of its indexes. */
  by<N extends string & keyof Indexes<D>>(index: N): Async<Index<IndexValue<Indexes<D>[N]>, IndexPrefix<Indexes<D>[N]>, [StoredKeyOf<D>, R]>>;
};

/** What is done where it is used, or for the library alone. */
type Here = "closed" | "stage" | "chunk" | typeof Symbol.dispose | typeof Symbol.asyncDispose;

type Asked<F> = F extends (...args: infer A) => infer R ? (...args: A) => Answer<R> : F extends object ? Async<F> : F;

type Answer<R> = [R] extends [Scan<infer E>]
  ? AsyncScan<E>
  : [R] extends [Watch<infer K, infer V, infer E>]
    ? AsyncWatch<K, V, E>
    : [R] extends [PartitionIterator]
      ? AsyncPartitionIterator
      : [R] extends [Snapshot]
        ? Promise<AsyncSnapshot>
        : [R] extends [{ readonly page: unknown }]
          ? Async<R>
          : Promise<Awaited<R>>;

/** The entities of a query, for `for await`. Each iteration sees the state there was when it began. */
export interface AsyncScan<E> extends AsyncIterable<E, undefined> {
  /** All of them. */
  toArray(): Promise<E[]>;
}

/**
 * A query's result and its changes, for `for await`. When another tab leads from now on, changes may have been lost, and
 * nobody knows how many: it tells `lagged` with `missed` as 0, and then the result anew.
 */
export interface AsyncWatch<K, V, E> extends AsyncIterableIterator<WatchEvent<K, V, E>, undefined> {
  return(): Promise<IteratorReturnResult<undefined>>;
  /** Ends it; who waits for an event is events that none comes. */
  close(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** An iteration over a partition that can go on elsewhere. `return` ends it, and so does being collected. */
export interface AsyncPartitionIterator extends AsyncIterableIterator<PartitionEntry, undefined> {
  next(): Promise<IteratorResult<PartitionEntry, undefined>>;
  return(): Promise<IteratorReturnResult<undefined>>;
  /** Up to so many of the next entries; fewer at the end only. */
  take(count: number): Promise<PartitionEntry[]>;
  /** Goes on at this key, or at the next one in the iteration's direction; out of the range, it is through. */
  seek(key: Uint8Array): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

type Id<T> = T extends "bytes" ? Uint8Array : string;

/** The stores of which methods are generic, which a mapped type does not keep. */
type Generic = "userTable" | "userTables" | "sharedTable" | "streamTable" | "collection" | "transaction" | "as";

/** The stores that a program uses that trusts itself. */
export interface AsyncUnrestrictedStores extends Omit<Async<UnrestrictedStores>, Generic> {
  /** The rows of a user table that are this user's own. */
  userTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    userId: string,
    options?: IdOptions<T>,
  ): Async<UserTable<Id<T>>>;
  /** The rows of a user table of all its users, for what is done to the table as a whole. */
  userTables<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): Async<AllUsersTable<Id<T>>>;
  /** A table that several users see. */
  sharedTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: SharedOptions<T>,
  ): Async<SharedTable<Id<T>>>;
  /** A table of rows that expire. */
  streamTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: SharedOptions<T>,
  ): Async<StreamTable<Id<T>>>;
  /**
   * Rows of your own. The definition is stored when the collection is first used. Using it with another is an error with
   * the code `DefinitionMismatch`: `AsyncDatabase.defineCollection` changes it.
   */
  collection<R extends Row = never, const D extends CollectionDefinition = CollectionDefinition>(
    collectionName: string,
    definition: D,
  ): AsyncCollection<D, RowOf<D, R>>;
}

/** The stores as a principal may use them. What they may not do is an error with the code `AccessDenied`. */
export interface AsyncPrincipalStores extends Omit<Async<PrincipalStores>, Generic> {
  /** The principal's own rows of a user table. */
  userTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): Async<UserTable<Id<T>>>;
  /** A shared table; an error with the code `NotFound` if the system's tables have none of this id. */
  sharedTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): Async<SharedTable<Id<T>>>;
  /** A stream; an error with the code `NotFound` if the system's tables have none of this id. */
  streamTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): Async<StreamTable<Id<T>>>;
}

/** The stores inside a transaction. They are of no use when it has ended. */
export interface AsyncTransaction extends AsyncUnrestrictedStores, Omit<Async<Transaction>, keyof UnrestrictedStores | Generic> {
  /** The stores as this principal may use them, in the same transaction. */
  as(principal: Principal): AsyncPrincipalStores;
}

/** The stores at one moment: what is committed later is not in them. */
export interface AsyncSnapshot extends AsyncUnrestrictedStores, Omit<Async<Snapshot>, keyof UnrestrictedStores | Generic> {
  [Symbol.asyncDispose](): Promise<void>;
}

/** The stores as a principal may use them, and transactions of these. */
export interface AsyncView extends AsyncPrincipalStores, Omit<Async<View>, keyof PrincipalStores | Generic> {
  /** Runs `body` in a transaction, as `AsyncDatabase.transaction` does. */
  transaction<T>(body: (tx: AsyncPrincipalStores) => T | PromiseLike<T>): Promise<T>;
}

/** A database that is open in a worker, of this tab or of another one: its calls are answered later. */
export interface AsyncDatabase extends AsyncUnrestrictedStores, Omit<Async<DirectDatabase>, keyof UnrestrictedStores | Generic> {
  /**
   * Runs `body` in a transaction and returns what it returned. All that it wrote is committed when it is through, with
   * the calls that it did not await; when it throws, nothing is, and what it threw is thrown. So is the error of a call
   * that it did not await, unless it caught that.
   *
   * It has the database for itself: whatever else writes waits until it has ended. Reads go on, also past writes of the
   * same program that wait: they see those that were answered. So it should wait for nothing but calls on `tx`. A write
   * of the database itself, awaited in the body, waits for the end of the body: it is undone after `transactionTimeout`,
   * an error with the code `TimedOut`.
   */
  transaction<T>(body: (tx: AsyncTransaction) => T | PromiseLike<T>): Promise<T>;
  /** The stores as this principal may use them. */
  as(principal: Principal): AsyncView;
  /** Whether it is closed. */
  readonly closed: boolean;
  /** Whether this tab has the file open, or is served by another one that has. It changes when that one goes. */
  readonly role: "leader" | "follower";
  [Symbol.asyncDispose](): Promise<void>;
}
