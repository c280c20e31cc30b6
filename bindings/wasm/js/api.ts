// What both entries export.

export type { Collection, CollectionDefinition, ColumnType, IndexDefinition } from "./collection.js";
export type { ByteStream, ImportSource, ImportSummary, Snapshot, Transaction, View } from "./database.js";
export type {
  AuthType,
  Job,
  JobInput,
  JobStatus,
  JobType,
  LiveQuery,
  LiveQueryInput,
  Namespace,
  NamespaceInput,
  Role,
  Storage,
  StorageInput,
  StorageMode,
  StorageType,
  TableAccess,
  TableId,
  TableMetadata,
  TableMetadataInput,
  TableType,
  User,
  UserInput,
} from "./entity.js";
export { KeyloftError, type KeyloftErrorCode } from "./error.js";
export type { Index } from "./find.js";
export type { KeyPart } from "./key.js";
export type { ModuleSource } from "./loader.js";
export type { Partition, PartitionEntry, PartitionIterator, PartitionWrite, Range } from "./partition.js";
export type { PageOptions, Query, WatchQuery } from "./query.js";
export { type Row, Timestamp, type Value } from "./row.js";
export type {
  AllUsersTable,
  RowOptions,
  SharedTable,
  StreamRow,
  StreamRowOptions,
  StreamTable,
  TableRow,
  UserTable,
} from "./rows.js";
export type { Scan, ScanIterator } from "./scan.js";
export type { Page, Write } from "./store.js";
export type { IdOptions, Principal, PrincipalStores, SharedOptions } from "./stores.js";
export type { Jobs, LiveQueries, Namespaces, Storages, Tables, Users } from "./system.js";
export type { Watch, WatchEvent, WatchOptions } from "./watch.js";
export type { Int64 } from "./writer.js";
