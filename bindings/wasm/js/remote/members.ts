import type { Collection, CollectionDefinition } from "../collection.js";
import type { Snapshot, Transaction, View } from "../database.js";
import type { DirectDatabase } from "../direct.js";
import type { Index } from "../find.js";
import type { Partition, PartitionIterator } from "../partition.js";
import type { SharedTable, StreamTable, UserTable } from "../rows.js";
import type { PrincipalStores } from "../stores.js";
import type { Jobs, LiveQueries, SystemStore, Tables, Users } from "../system.js";

/**
 * What becomes of a member that is asked for from elsewhere:
 *
 * - `read` and `write` are called there, and their answers come back. Reads may be asked again. `writeMany` writes several
 *   entities, of which a transaction must not commit half. `import` is a write of what is first brought together here.
 * - `update` reads there, changes here, and writes there, in one transaction; `updateRow` changes the columns alone.
 * - `getter` and `store` give something with members of its own.
 * - `scan`, `iterator`, `watch` and `snapshot` give something that lasts until it is let go; `transaction` does so for
 *   the time of its body.
 */
export type Member =
  | "read"
  | "write"
  | "writeMany"
  | "import"
  | "update"
  | "updateRow"
  | "scan"
  | "iterator"
  | "watch"
  | "snapshot"
  | { readonly transaction: () => Members }
  | { readonly getter: () => Members }
  | { readonly store: () => Members };

/** Whether it writes nothing, unless it is a store that is new. */
export function isReading(member: Member | undefined): boolean {
  if (typeof member === "object") return !("transaction" in member);
  return member !== undefined && READING.has(member);
}

const READING: ReadonlySet<Member> = new Set(["read", "scan", "iterator", "watch", "snapshot"]);

/** What may be asked of something from elsewhere, and nothing else. */
export type Members = { readonly [name: string]: Member };

/** What is done where it is used, or for the library alone. */
type Here = "close" | "closed" | "stage" | "chunk";

/** Each public member of a class has to be named. */
type All<T> = { readonly [M in Exclude<keyof T & string, Here>]: Member };

const INDEX: All<Index<never, never, never>> = { findAll: "read", scan: "scan", page: "read", count: "read" };
const byIndex: Member = { getter: () => INDEX };

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
  watch: "watch",
  deleteRange: "writeMany",
  delete: "write",
  deleteMany: "writeMany",
  put: "write",
} as const satisfies Members;

const SYSTEM = { ...STORE, insert: "write", putMany: "writeMany", update: "update" } as const satisfies Members;
const PLAIN: All<SystemStore<never, never, object, object>> = SYSTEM;
const USERS: All<Users> = { ...SYSTEM, byRole: byIndex, byStorage: byIndex, findByUsername: "read" };
const TABLES: All<Tables> = { ...SYSTEM, byStorage: byIndex, dropTable: "write" };
const JOBS: All<Jobs> = {
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
const LIVE_QUERIES: All<LiveQueries> = {
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
} as const satisfies Members;
const USER_TABLE: All<UserTable | SharedTable> = { ...ROWS, includingDeleted: { getter: (): Members => USER_TABLE } };
const STREAM: All<StreamTable> = { ...ROWS, evictExpired: "write", includingDeleted: { getter: (): Members => STREAM } };

const COLLECTION: All<Collection<CollectionDefinition>> = {
  ...SYSTEM,
  batch: "writeMany",
  find: "read",
  by: { store: () => INDEX },
};
const PARTITION: All<Partition> = { ...STORE, hasMany: "read", batch: "writeMany", clear: "writeMany", iterator: "iterator" };

const plain: Member = { getter: () => PLAIN };
const rows: Member = { store: () => USER_TABLE };
const stream: Member = { store: () => STREAM };

const PRINCIPAL: All<PrincipalStores> = {
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
  partition: { store: () => PARTITION },
} as const satisfies Members;
const VIEW: All<View> = { ...PRINCIPAL, transaction: { transaction: () => PRINCIPAL } };

/** What is asked of the stores inside a transaction. */
export const TRANSACTION: All<Transaction> = { ...OWN, as: { store: () => PRINCIPAL } };

/** What is asked of a snapshot; it is closed by letting it go. */
export const SNAPSHOT: All<Snapshot> = OWN;

/** What is asked of a database. */
export const DATABASE: All<DirectDatabase> = {
  ...OWN,
  transaction: { transaction: (): Members => TRANSACTION },
  as: { store: () => VIEW },
  snapshot: "snapshot",
  defineCollection: "write",
  dropCollection: "write",
  partitions: "read",
  export: "read",
  import: "import",
  digest: "read",
  file: "write",
  stats: "read",
  compact: "write",
};

/** What is asked of an iteration over a partition. */
export const ITERATOR: All<PartitionIterator> = { next: "read", take: "read", seek: "read", return: "read" };

/** What is asked of a scan, a piece at a time. */
export const SCAN: Members = { chunk: "read" };

/** What is asked of a watch. */
export const WATCH: Members = { take: "read" };
