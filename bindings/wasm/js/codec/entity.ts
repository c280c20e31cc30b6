import type { AuthType, JobStatus, JobType, Role, StorageMode, StorageType, TableAccess, TableType } from "../protocol/enumerations.generated.js";
import type { Int64 } from "./integer.js";

/** The id of a table: its namespace and its name. */
export type TableId = readonly [namespaceId: string, tableName: string];

/** A user. Times are milliseconds since the Unix epoch. */
export interface User {
  /** The id, which is the key. */
  userId: string;
  /** The name. It is unique among users that are not deleted, without regard to case. */
  username: string;
  passwordHash: string;
  role: Role;
  email: string | null;
  authType: AuthType;
  /** Additional data for authentication, as JSON. */
  authData: string | null;
  storageMode: StorageMode;
  storageId: string | null;
  createdAt: bigint;
  updatedAt: bigint;
  lastSeen: bigint | null;
  /** The time of the soft deletion. */
  deletedAt: bigint | null;
}

/** The metadata of a table. */
export interface TableMetadata {
  /** The id, which is the key. */
  tableId: TableId;
  tableType: TableType;
  createdAt: bigint;
  storageLocation: string;
  storageId: string | null;
  useUserStorage: boolean;
  flushPolicy: string;
  schemaVersion: number;
  deletedRetentionHours: number;
  /** The access level of a shared table. */
  accessLevel: TableAccess | null;
  /** The owner. A private table must have one. */
  owner: string | null;
}

/** A background job, running or ended. */
export interface Job {
  /** The id, which is the key. */
  jobId: string;
  jobType: JobType;
  namespaceId: string;
  tableName: string | null;
  status: JobStatus;
  parameters: string | null;
  result: string | null;
  trace: string | null;
  memoryUsed: bigint | null;
  cpuUsed: bigint | null;
  createdAt: bigint;
  startedAt: bigint | null;
  /** The time at which the job was completed, failed or cancelled. */
  completedAt: bigint | null;
  nodeId: string;
  errorMessage: string | null;
}

/** A namespace of tables. */
export interface Namespace {
  /** The name, which is the key. */
  name: string;
  createdAt: bigint;
  options: string | null;
  /** The number of its tables. The database counts them and ignores the value of a `put`. */
  tableCount: bigint;
}

/** A storage: a place where a service keeps the files of its tables. */
export interface Storage {
  /** The id, which is the key. */
  storageId: string;
  storageName: string;
  description: string | null;
  storageType: StorageType;
  baseDirectory: string;
  credentials: string | null;
  sharedTablesTemplate: string;
  userTablesTemplate: string;
  createdAt: bigint;
  updatedAt: bigint;
}

/** A live query: a query that a connection of a user has open, to receive every change to its result. */
export interface LiveQuery {
  /** The id, which is the key. */
  liveQueryId: string;
  connectionId: string;
  namespaceId: string;
  tableName: string;
  /** The name that the connection gave the query. */
  queryId: string;
  userId: string;
  query: string;
  options: string | null;
  createdAt: bigint;
  lastUpdate: bigint;
  changes: bigint;
  node: string;
}

/**
 * The type of an entity as an argument of `put`. 64-bit integers may be numbers. Fields that are not in `Required` have
 * defaults.
 */
export type Input<E, Required extends keyof E> = { [F in Required]: InputField<E[F]> } & {
  [F in Exclude<keyof E, Required>]?: InputField<E[F]> | undefined;
};

type InputField<T> = bigint extends T ? Int64 | Exclude<T, bigint> : T;

export type UserInput = Input<User, "userId" | "username">;

export type TableMetadataInput = Input<TableMetadata, "tableId" | "tableType">;

export type JobInput = Input<Job, "jobId" | "jobType" | "namespaceId">;

export type NamespaceInput = Input<Namespace, "name">;

export type StorageInput = Input<Storage, "storageId" | "storageName" | "storageType" | "baseDirectory">;

export type LiveQueryInput = Input<
  LiveQuery,
  "liveQueryId" | "connectionId" | "namespaceId" | "tableName" | "queryId" | "userId" | "query"
>;
