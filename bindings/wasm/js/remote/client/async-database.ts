import type { Storable } from "../../codec/value.js";
import type { DirectDatabase } from "../../database/direct-database.js";
import type { Live } from "../../live/live.js";
import type { CollectionDefinition, RowOf } from "../../table/collection-definition.js";
import type { PartitionEntry, PartitionIterator } from "../../table/partition-iterator.js";
import type { PrincipalStores } from "../../table/principal-stores.js";
import type { Principal } from "../../table/principal.js";
import type { AllUsersTable, SharedTable, StreamTable, UserTable } from "../../table/row-table.js";
import type { Scan } from "../../table/scan.js";
import type { Select } from "../../table/select.js";
import type { UnrestrictedStores } from "../../table/stores.js";
import type { PlainObject, Table, TableKey } from "../../table/table.js";
import type { IdOptions, SharedOptions } from "../../table/table-options.js";
import type { Snapshot } from "../../transaction/snapshot.js";
import type { Transaction } from "../../transaction/transaction.js";
import type { View } from "../../transaction/view.js";
import type { AsyncCollection } from "./async-collection.js";
import type { AsyncSelect } from "./async-select.js";
import type { WatchEvent } from "../../watch/event.js";
import type { Watch } from "../../watch/watch.js";

/**
 * The asynchronous form of `S`, whose methods return promises. Stores are returned at once. If a table or a query can't be
 * opened, the first call on it fails.
 */
export type Async<S> = { readonly [M in keyof S as M extends LocalMembers ? never : M]: AsyncMember<S[M]> };

/** The members that need no request to the leader. */
type LocalMembers = "closed" | "stage" | "chunk" | "liveSelected" | typeof Symbol.dispose | typeof Symbol.asyncDispose;

// A method, whose arguments are compared as those of a class are: a helper may take the stores of any type of keys.
type AsyncMember<F> = F extends (...args: infer A) => infer R ? { method(...args: A): AsyncResult<R> }["method"] : F extends object ? Async<F> : F;

type AsyncResult<R> = [R] extends [Scan<infer E>]
  ? AsyncScan<E>
  : [R] extends [Watch<infer K, infer V, infer E>]
    ? AsyncWatch<K, V, E>
    : [R] extends [PartitionIterator]
      ? AsyncPartitionIterator
      : [R] extends [Snapshot]
        ? Promise<AsyncSnapshot>
        : [R] extends [Live<infer T>]
        ? Live<T | undefined>
        : [R] extends [Select<infer K, infer P, infer V, infer S, infer X, infer T>]
          ? AsyncSelect<K, P, V, S, X, T>
          : [R] extends [{ readonly page: unknown }]
            ? Async<R>
            : Promise<Awaited<R>>;

/**
 * The entities of a query, for `for await`. Each iteration shows the state at its beginning. When another tab or thread becomes the
 * leader, the iteration goes on there, if it has received at most a thousand entities and they are unchanged: then all that it shows
 * is the state of then. Otherwise it fails with the code `LeaderLost`, as it does in a transaction or a snapshot.
 */
export interface AsyncScan<E> extends AsyncIterable<E, undefined> {
  /** Returns all entities. */
  toArray(): Promise<E[]>;
  /** Returns the entities as a list that is kept up to date: see `Live`. It is `undefined` until it is read. */
  live(): Live<readonly E[] | undefined>;
}

/**
 * The result of a query and its changes, for `for await`. When another tab becomes the leader, changes may be lost, and their
 * number is unknown. Then the watch returns an event `lagged` whose `missed` is 0, and the whole result again.
 */
export interface AsyncWatch<K, V, E> extends AsyncIterableIterator<WatchEvent<K, V, E>, undefined> {
  return(): Promise<IteratorReturnResult<undefined>>;
  /** Ends the watch. For callers that wait for an event, the iteration ends. */
  close(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * An iterator over a partition that can seek. `return` releases its resources, and so does garbage collection. It ends with its
 * leader, with the code `LeaderLost`.
 */
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

/** The generic methods, which a mapped type would lose. */
type Generic = "userTable" | "userTables" | "sharedTable" | "streamTable" | "collection" | "table" | "transaction" | "as";

/** The stores without access checks. */
export interface AsyncUnrestrictedStores extends Omit<Async<UnrestrictedStores>, Generic> {
  /** Returns the rows of this user in a user table. */
  userTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    userId: string,
    options?: IdOptions<T>,
  ): Async<UserTable<Id<T>>>;
  /** Returns the rows of all users in a user table, for work on the whole table. */
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
   * Returns a collection. The first write stores its definition in the catalog. From then on, another definition fails with
   * the code `DefinitionMismatch`: `AsyncDatabase.defineCollection` changes it.
   */
  collection<R extends object & Storable<R> = never, const D extends CollectionDefinition = CollectionDefinition>(
    collectionName: string,
    definition: D,
  ): AsyncCollection<D, RowOf<D, R>>;
  /**
   * Opens a table of the catalog, which a Rust program wrote with `#[derive(Entity)]`. `T` is the type of its entities, `K`
   * that of its keys. If the catalog has no table of this name, calls on it fail with the code `NotFound`.
   */
  table<T extends object = PlainObject, K = TableKey>(tableName: string): Async<Table<T, K>>;
}

/**
 * The stores with the rights of a principal. A call that the principal may not make fails with the code `AccessDenied`.
 */
export interface AsyncPrincipalStores extends Omit<Async<PrincipalStores>, Generic> {
  /** Returns the principal's own rows of a user table. */
  userTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): Async<UserTable<Id<T>>>;
  /** Returns a shared table. If `tables` has no entry of this id, calls on it fail with the code `NotFound`. */
  sharedTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): Async<SharedTable<Id<T>>>;
  /** Returns a stream. If `tables` has no entry of this id, calls on it fail with the code `NotFound`. */
  streamTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): Async<StreamTable<Id<T>>>;
}

/** The stores inside a transaction. They can't be used after its end. */
export interface AsyncTransaction extends AsyncUnrestrictedStores, Omit<Async<Transaction>, keyof UnrestrictedStores | Generic> {
  /** Returns the stores with the rights of this principal, in the same transaction. */
  as(principal: Principal): AsyncPrincipalStores;
}

/** A snapshot: the stores at one commit, read-only. It ends with its leader, with the code `LeaderLost`. */
export interface AsyncSnapshot extends AsyncUnrestrictedStores, Omit<Async<Snapshot>, keyof UnrestrictedStores | Generic> {
  [Symbol.asyncDispose](): Promise<void>;
}

/** The stores with the rights of a principal, and transactions on them. */
export interface AsyncView extends AsyncPrincipalStores, Omit<Async<View>, keyof PrincipalStores | Generic> {
  /** Runs `body` in a transaction, as `AsyncDatabase.transaction` does. */
  transaction<T>(body: (tx: AsyncPrincipalStores) => T | PromiseLike<T>): Promise<T>;
}

/** A database that is open in this thread, or in another one that serves it: a worker, another tab, or another thread of the program. */
export interface AsyncDatabase extends AsyncUnrestrictedStores, Omit<Async<DirectDatabase>, keyof UnrestrictedStores | Generic> {
  /**
   * Runs `body` in a transaction and returns its result. When the body ends, its writes are committed, including calls
   * that it did not await. When it throws, nothing is committed, and its error is thrown. If a call that it did not await
   * fails, nothing is committed, and the error of that call is thrown, unless the body caught it.
   *
   * No other code writes until the transaction has ended. Reads outside of it continue and see the last commit, even when
   * earlier writes of the same program are waiting.
   *
   * Await only calls on `tx` in the body. A write of the database itself would wait for the end of the body, and the body
   * for the write: after `transactionTimeout` the transaction is rolled back with an error of the code `TimedOut`.
   */
  transaction<T>(body: (tx: AsyncTransaction) => T | PromiseLike<T>): Promise<T>;
  /** Returns a view of the stores with the rights of this principal. */
  as(principal: Principal): AsyncView;
  /** `true` once the database is closed. */
  readonly closed: boolean;
  /**
   * The role of this tab or thread. The leader has the file open and serves the followers. When it ends, a follower becomes the
   * leader.
   */
  readonly role: "leader" | "follower";
  [Symbol.asyncDispose](): Promise<void>;
}
