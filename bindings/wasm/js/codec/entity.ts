import type { AuthType, JobStatus, JobType, Role, StorageMode, StorageType, TableAccess, TableType } from "../protocol/enumerations.generated.js";
import type { Int64 } from "./integer.js";

/** A table of a namespace. */
export type TableId = readonly [namespaceId: string, tableName: string];

/** Who may sign in. Times are milliseconds since the Unix epoch. */
export interface User {
  /** The id, which is the key. */
  userId: string;
  /** The name, unique without regard to case among the users that are not deleted. */
  username: string;
  passwordHash: string;
  role: Role;
  email: string | null;
  authType: AuthType;
  /** What signing in needs to know besides, in JSON. */
  authData: string | null;
  storageMode: StorageMode;
  storageId: string | null;
  createdAt: bigint;
  updatedAt: bigint;
  lastSeen: bigint | null;
  /** When the user was soft-deleted. */
  deletedAt: bigint | null;
}

/** What the system knows of a table. */
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
  /** Who may read it; shared tables only. */
  accessLevel: TableAccess | null;
  /** Whom it belongs to; a private table belongs to somebody. */
  owner: string | null;
}

/** Something that runs, or has run, in the background. */
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
  /** When it ended, in whatever way. */
  completedAt: bigint | null;
  nodeId: string;
  errorMessage: string | null;
}

/** What tables are grouped in. */
export interface Namespace {
  /** The name, which is the key. */
  name: string;
  createdAt: bigint;
  options: string | null;
  /** How many tables it has; kept by the database, whatever is put. */
  tableCount: bigint;
}

/** Where data is kept. */
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

/** A query whose result is kept up to date. */
export interface LiveQuery {
  /** The id, which is the key. */
  liveQueryId: string;
  connectionId: string;
  namespaceId: string;
  tableName: string;
  /** What the connection calls it. */
  queryId: string;
  userId: string;
  query: string;
  options: string | null;
  createdAt: bigint;
  lastUpdate: bigint;
  changes: bigint;
  node: string;
}

/** What is put: integers of 64 bits may be safe numbers, and all but `Required` may be left out. */
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
