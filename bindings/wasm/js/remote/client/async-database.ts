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
 * The asynchronous form of `S`: each method returns a promise. Stores are returned at once; if a table or a query can't
 * be opened, the first call on it fails.
 */
export type Async<S> = { readonly [M in keyof S as M extends LocalMembers ? never : M]: AsyncMember<S[M]> };

/** The asynchronous form of a collection. */
export type AsyncCollection<D extends CollectionDefinition, R extends Row = Row> = Omit<Async<Collection<D, R>>, "find" | "by"> & {
  /** Returns the row that has this value in the unique index, with its key. */
  find<N extends string & keyof NonNullable<D["unique"]>>(
    index: N,
    value: IndexValue<NonNullable<D["unique"]>[N]>,
  ): Promise<[StoredKeyOf<D>, R] | undefined>;
  /** Returns the collection by one of its indexes. */
  by<N extends string & keyof Indexes<D>>(index: N): Async<Index<IndexValue<Indexes<D>[N]>, IndexPrefix<Indexes<D>[N]>, [StoredKeyOf<D>, R]>>;
};

/** The members that are not asked of the leader. */
type LocalMembers = "closed" | "stage" | "chunk" | typeof Symbol.dispose | typeof Symbol.asyncDispose;

type AsyncMember<F> = F extends (...args: infer A) => infer R ? (...args: A) => AsyncResult<R> : F extends object ? Async<F> : F;

type AsyncResult<R> = [R] extends [Scan<infer E>]
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

/** The entities of a query, for `for await`. Each iteration shows the state at its beginning. */
export interface AsyncScan<E> extends AsyncIterable<E, undefined> {
  /** Returns all entities. */
  toArray(): Promise<E[]>;
}

/**
 * The result of a query and its changes, for `for await`. When the leader changes, changes may have been lost. Nobody
 * knows how many: the watch gives `lagged` with `missed` as 0, and then the result again.
 */
export interface AsyncWatch<K, V, E> extends AsyncIterableIterator<WatchEvent<K, V, E>, undefined> {
  return(): Promise<IteratorReturnResult<undefined>>;
  /** Ends the watch. Callers that wait for an event get the end. */
  close(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** An iteration over a partition that can seek. It ends by `return` or when it is collected. */
export interface AsyncPartitionIterator extends AsyncIterableIterator<PartitionEntry, undefined> {
  next(): Promise<IteratorResult<PartitionEntry, undefined>>;
  return(): Promise<IteratorReturnResult<undefined>>;
  /** Returns the next entries, up to `count`; fewer only at the end. */
  take(count: number): Promise<PartitionEntry[]>;
  /** Continues at this key, or at the next one in the direction of the iteration. A key outside of the range ends it. */
  seek(key: Uint8Array): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

type Id<T> = T extends "bytes" ? Uint8Array : string;

/** The members with generic methods, which a mapped type does not keep. */
type Generic = "userTable" | "userTables" | "sharedTable" | "streamTable" | "collection" | "transaction" | "as";

/** The stores without access checks. */
export interface AsyncUnrestrictedStores extends Omit<Async<UnrestrictedStores>, Generic> {
  /** Returns the rows of a user table that belong to this user. */
  userTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    userId: string,
    options?: IdOptions<T>,
  ): Async<UserTable<Id<T>>>;
  /** Returns the rows of a user table of all users, for work on the whole table. */
  userTables<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): Async<AllUsersTable<Id<T>>>;
  /** Returns a table that several users see. */
  sharedTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: SharedOptions<T>,
  ): Async<SharedTable<Id<T>>>;
  /** Returns a table of rows that expire. */
  streamTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: SharedOptions<T>,
  ): Async<StreamTable<Id<T>>>;
  /**
   * Returns a collection of your own rows. The definition is stored when the collection is first used. Using it with
   * another definition is an error with the code `DefinitionMismatch`: `AsyncDatabase.defineCollection` changes it.
   */
  collection<R extends Row = never, const D extends CollectionDefinition = CollectionDefinition>(
    collectionName: string,
    definition: D,
  ): AsyncCollection<D, RowOf<D, R>>;
}

/**
 * The stores as a principal may use them. A call that the principal may not make is an error with the code
 * `AccessDenied`.
 */
export interface AsyncPrincipalStores extends Omit<Async<PrincipalStores>, Generic> {
  /** Returns the principal's own rows of a user table. */
  userTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): Async<UserTable<Id<T>>>;
  /** Returns a shared table; an error with the code `NotFound` if the system's tables have none of this id. */
  sharedTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): Async<SharedTable<Id<T>>>;
  /** Returns a stream; an error with the code `NotFound` if the system's tables have none of this id. */
  streamTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): Async<StreamTable<Id<T>>>;
}

/** The stores inside a transaction. They can't be used after it has ended. */
export interface AsyncTransaction extends AsyncUnrestrictedStores, Omit<Async<Transaction>, keyof UnrestrictedStores | Generic> {
  /** Returns the stores as this principal may use them, in the same transaction. */
  as(principal: Principal): AsyncPrincipalStores;
}

/** The stores at one moment, without later commits. */
export interface AsyncSnapshot extends AsyncUnrestrictedStores, Omit<Async<Snapshot>, keyof UnrestrictedStores | Generic> {
  [Symbol.asyncDispose](): Promise<void>;
}

/** The stores as a principal may use them, and transactions on them. */
export interface AsyncView extends AsyncPrincipalStores, Omit<Async<View>, keyof PrincipalStores | Generic> {
  /** Runs `body` in a transaction, as `AsyncDatabase.transaction` does. */
  transaction<T>(body: (tx: AsyncPrincipalStores) => T | PromiseLike<T>): Promise<T>;
}

/** A database that is open in a worker, of this tab or of another tab. */
export interface AsyncDatabase extends AsyncUnrestrictedStores, Omit<Async<DirectDatabase>, keyof UnrestrictedStores | Generic> {
  /**
   * Runs `body` in a transaction and returns its result. When the body ends, its writes are committed, with the calls
   * that it did not await. When it throws, nothing is committed, and its error is thrown. If a call that it did not
   * await fails, that error is thrown, unless the body caught it.
   *
   * Nothing else writes until the transaction has ended. Reads go on and see the last commit. They also pass writes of
   * the same program that wait. So the body should await nothing but calls on `tx`. If it awaits a write of the
   * database itself, that write waits for the end of the body: the transaction is undone after `transactionTimeout`,
   * with an error of the code `TimedOut`.
   */
  transaction<T>(body: (tx: AsyncTransaction) => T | PromiseLike<T>): Promise<T>;
  /** Returns the stores as this principal may use them. */
  as(principal: Principal): AsyncView;
  /** `true` once the database is closed. */
  readonly closed: boolean;
  /** The role of this tab: the leader has the file open, and a follower is served by it. It changes when the leader ends. */
  readonly role: "leader" | "follower";
  [Symbol.asyncDispose](): Promise<void>;
}
