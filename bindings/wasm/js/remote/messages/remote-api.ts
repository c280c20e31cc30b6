import type { DirectDatabase } from "../../database/direct-database.js";
import type { CollectionDefinition } from "../../table/collection-definition.js";
import type { Collection } from "../../table/collection.js";
import type { PartitionIterator } from "../../table/partition-iterator.js";
import type { Partition } from "../../table/partition.js";
import type { PrincipalStores } from "../../table/principal-stores.js";
import type { SharedTable, StreamTable, UserTable } from "../../table/row-table.js";
import type { SystemStore } from "../../table/system-store.js";
import type { Jobs, LiveQueries, Tables, Users } from "../../table/system-tables.js";
import type { Index } from "../../table/table-index.js";
import type { Table } from "../../table/table.js";
import type { Snapshot } from "../../transaction/snapshot.js";
import type { Transaction } from "../../transaction/transaction.js";
import type { View } from "../../transaction/view.js";

/**
 * The kind of a member, which says how a client uses it:
 *
 * - `read` and `write` are calls. A read may be repeated on the next leader. `writeMany` writes several entities: if it
 *   fails, its transaction must not commit. `import` is a write whose source the client collects first.
 * - `update` reads at the leader, changes at the client and writes at the leader, in one transaction. `updateRow` does so for
 *   the columns of a row.
 * - `define` migrates rows at the client, and takes each step at the leader.
 * - `select` builds a query at the client, which reads by the members `selected`, `countSelected` and `explainSelected`.
 * - `liveGet` and `liveCount` follow a watch at the client.
 * - `getter` and `store` return an object with members.
 * - `scan`, `iterator`, `watch` and `snapshot` return an object that lasts until it is released. `transaction` returns an
 *   object that lasts until the end of the body.
 */
export type RemoteMember =
  | "read"
  | "write"
  | "writeMany"
  | "import"
  | "update"
  | "updateRow"
  | "define"
  | "select"
  | "scan"
  | "iterator"
  | "watch"
  | "liveGet"
  | "liveCount"
  | "snapshot"
  | { readonly transaction: () => RemoteApi }
  | { readonly getter: () => RemoteApi }
  | { readonly store: () => RemoteApi };

/** Returns `true` for a member that does not write. */
export function isReading(member: RemoteMember | undefined): boolean {
  if (typeof member === "object") return !("transaction" in member);
  return member !== undefined && READING.has(member);
}

const READING: ReadonlySet<RemoteMember> = new Set(["read", "scan", "iterator", "watch", "snapshot"]);

/** The members that a client may use; the server refuses all others. */
export type RemoteApi = { readonly [name: string]: RemoteMember };

/** The members that need no request to the leader. */
type LocalMembers = "close" | "closed" | "stage" | "chunk" | "liveSelected";

/** The API of a class. The compiler requires every public member. */
type ApiOf<T> = { readonly [M in Exclude<keyof T & string, LocalMembers>]: RemoteMember };

const INDEX: ApiOf<Index<never, never, never>> = {
  findAll: "read",
  first: "read",
  last: "read",
  scan: "scan",
  page: "read",
  pageReadable: "read",
  count: "read",
  missing: "scan",
  watch: "watch",
  liveCount: "liveCount",
  deleteRange: "writeMany",
};

const byIndex: RemoteMember = { getter: () => INDEX };

const STORE = {
  get: "read",
  require: "read",
  getMany: "read",
  has: "read",
  count: "read",
  first: "read",
  last: "read",
  scan: "scan",
  page: "read",
  pageReadable: "read",
  watch: "watch",
  liveGet: "liveGet",
  liveCount: "liveCount",
  deleteRange: "writeMany",
  delete: "write",
  deleteMany: "writeMany",
  discard: "write",
  put: "write",
} as const satisfies RemoteApi;

const SYSTEM = { ...STORE, insert: "write", putMany: "writeMany", update: "update" } as const satisfies RemoteApi;

const PLAIN: ApiOf<SystemStore<never, never, object, object>> = SYSTEM;

const USERS: ApiOf<Users> = { ...SYSTEM, byRole: byIndex, byStorage: byIndex, findByUsername: "read" };

const TABLES: ApiOf<Tables> = { ...SYSTEM, byStorage: byIndex, dropTable: "write" };

const JOBS: ApiOf<Jobs> = {
  ...SYSTEM,
  byStatus: byIndex,
  byNamespace: byIndex,
  byCompletedAt: byIndex,
  complete: "write",
  fail: "write",
  cancel: "write",
  latest: "read",
  deleteFinishedBefore: "write",
};

const LIVE_QUERIES: ApiOf<LiveQueries> = {
  ...SYSTEM,
  byUser: byIndex,
  byConnection: byIndex,
  byTable: byIndex,
  removeConnection: "write",
};

const ROWS = {
  ...SYSTEM,
  update: "updateRow",
  softDelete: "write",
  restore: "write",
  purgeDeletedBefore: "write",
} as const satisfies RemoteApi;

const USER_TABLE: ApiOf<UserTable | SharedTable> = { ...ROWS, includingDeleted: { getter: (): RemoteApi => USER_TABLE } };

const STREAM: ApiOf<StreamTable> = { ...ROWS, evictExpired: "write", includingDeleted: { getter: (): RemoteApi => STREAM } };

const COLLECTION: ApiOf<Collection<CollectionDefinition>> = {
  ...SYSTEM,
  batch: "writeMany",
  indexList: "read",
  select: "select",
  selected: "scan",
  countSelected: "read",
  explainSelected: "read",
  find: "read",
  by: { store: () => INDEX },
};

const TABLE: ApiOf<Table> = COLLECTION;

const PARTITION: ApiOf<Partition> = { ...STORE, hasMany: "read", batch: "writeMany", clear: "writeMany", iterator: "iterator" };

const plain: RemoteMember = { getter: () => PLAIN };

const rows: RemoteMember = { store: () => USER_TABLE };

const stream: RemoteMember = { store: () => STREAM };

const PRINCIPAL: ApiOf<PrincipalStores> = {
  users: { getter: () => USERS },
  tables: { getter: () => TABLES },
  jobs: { getter: () => JOBS },
  namespaces: plain,
  storages: plain,
  liveQueries: { getter: () => LIVE_QUERIES },
  userTable: rows,
  sharedTable: rows,
  streamTable: stream,
};

const OWN = {
  ...PRINCIPAL,
  userTables: rows,
  collection: { store: () => COLLECTION },
  table: { store: () => TABLE },
  partition: { store: () => PARTITION },
} as const satisfies RemoteApi;

const VIEW: ApiOf<View> = { ...PRINCIPAL, transaction: { transaction: () => PRINCIPAL } };

/** The API of the stores inside a transaction. */
export const TRANSACTION: ApiOf<Transaction> = { ...OWN, as: { store: () => PRINCIPAL } };

/** The API of a snapshot. Releasing it closes it. */
export const SNAPSHOT: ApiOf<Snapshot> = OWN;

/** The API of a database. */
export const DATABASE: ApiOf<DirectDatabase> = {
  ...OWN,
  transaction: { transaction: (): RemoteApi => TRANSACTION },
  as: { store: () => VIEW },
  snapshot: "snapshot",
  defineCollection: "define",
  defineStep: "write",
  dropCollection: "write",
  partitions: "read",
  export: "read",
  import: "import",
  digest: "read",
  file: "write",
  stats: "read",
  compact: "write",
};

/** The API of an iteration over a partition. */
export const ITERATOR: ApiOf<PartitionIterator> = { next: "read", take: "read", seek: "read", return: "read" };

/** The API of a scan, one chunk at a time. */
export const SCAN: RemoteApi = { chunk: "read" };

/** The API of a watch. */
export const WATCH: RemoteApi = { take: "read" };
