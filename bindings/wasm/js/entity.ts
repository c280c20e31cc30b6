import { invalid, shown } from "./error.js";
import type { Reader } from "./reader.js";
import type { Int64, Writer } from "./writer.js";

/** What a user may do, in rising order. */
export type Role = "user" | "service" | "dba" | "system";
/** Who may use a table that is not one user's own. */
export type TableAccess = "public" | "private" | "restricted";
/** How a user signs in. */
export type AuthType = "password" | "oauth" | "internal";
/** What decides where a user's rows are kept. */
export type StorageMode = "table" | "region";
/** Whose rows a table holds. */
export type TableType = "user" | "shared" | "stream" | "system";
/** What a job does. */
export type JobType = "flush" | "compact" | "cleanup" | "backup" | "restore";
/** How a job stands. */
export type JobStatus = "running" | "completed" | "failed" | "cancelled";
/** What kind of place a storage is. */
export type StorageType = "filesystem" | "s3";

/** A table of a namespace. */
export type TableId = readonly [namespaceId: string, tableName: string];

/** The names of the enumerations, in the order of their codes. */
export const ROLES: readonly Role[] = ["user", "service", "dba", "system"];
export const ACCESSES: readonly TableAccess[] = ["public", "private", "restricted"];
const AUTH_TYPES: readonly AuthType[] = ["password", "oauth", "internal"];
const STORAGE_MODES: readonly StorageMode[] = ["table", "region"];
const TABLE_TYPES: readonly TableType[] = ["user", "shared", "stream", "system"];
const JOB_TYPES: readonly JobType[] = ["flush", "compact", "cleanup", "backup", "restore"];
export const JOB_STATUSES: readonly JobStatus[] = ["running", "completed", "failed", "cancelled"];
const STORAGE_TYPES: readonly StorageType[] = ["filesystem", "s3"];

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

/** How an entity is written and read, as it is stored. */
export interface EntityCodec<E, I> {
  /** What the entity is called. */
  name: string;
  /** Its fields, and which of them may be `null`. */
  fields: { readonly [F in keyof I]-?: null extends I[F] ? true : false };
  write(writer: Writer, entity: I): void;
  read(reader: Reader): E;
}

/** Refuses fields that the entity does not have, and `null` where it has no meaning. */
export function checkEntity<E, I extends object>(entity: I, { name, fields }: EntityCodec<E, I>): void {
  for (const field in entity) {
    if (!Object.hasOwn(fields, field)) throw invalid(`${name} has no ${shown(field)}: it has ${Object.keys(fields).join(", ")}`);
    if (entity[field] === null && !fields[field]) throw invalid(`${field} of ${name} is null, which it can't be`);
  }
}

const now = (): bigint => BigInt(Date.now());

function choice<T extends string>(writer: Writer, value: T, names: readonly T[], what: string): void {
  const code = names.indexOf(value);
  if (code < 0) throw invalid(`${what} is ${shown(value)}, none of ${names.join(", ")}`);
  writer.u8(code);
}

function chosen<T extends string>(reader: Reader, names: readonly T[]): T {
  const name = names[reader.varint()];
  if (name === undefined) throw reader.malformed();
  return name;
}

function optional<T>(writer: Writer, value: T | null | undefined, write: (value: T) => void): void {
  if (value === null || value === undefined) {
    writer.u8(0);
  } else {
    writer.u8(1);
    write(value);
  }
}

function text(writer: Writer, value: string | null | undefined, what: string): void {
  optional(writer, value, (value) => writer.string(value, what));
}

function time(writer: Writer, value: Int64 | null | undefined, what: string): void {
  optional(writer, value, (value) => writer.zigzag(value, what));
}

function flag(writer: Writer, value: boolean, what: string): void {
  if (typeof value !== "boolean") throw invalid(`${what} is ${shown(value)}, not true or false`);
  writer.flag(value);
}

function u32(writer: Writer, value: number, what: string): void {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
    throw invalid(`${what} is ${shown(value)}, not a whole number of 32 bits`);
  }
  writer.varint(value);
}

const readString = (reader: Reader): string => reader.string();
const readTime = (reader: Reader): bigint => reader.zigzag();
const readCount = (reader: Reader): bigint => reader.uvarint();

export const userCodec: EntityCodec<User, UserInput> = {
  name: "a user",
  fields: {
    userId: false,
    username: false,
    passwordHash: false,
    role: false,
    email: true,
    authType: false,
    authData: true,
    storageMode: false,
    storageId: true,
    createdAt: false,
    updatedAt: false,
    lastSeen: true,
    deletedAt: true,
  },
  write(w, user) {
    const createdAt = user.createdAt ?? now();
    w.string(user.userId, "userId");
    w.string(user.username, "username");
    w.string(user.passwordHash ?? "", "passwordHash");
    choice(w, user.role ?? "user", ROLES, "role");
    text(w, user.email, "email");
    choice(w, user.authType ?? "internal", AUTH_TYPES, "authType");
    text(w, user.authData, "authData");
    choice(w, user.storageMode ?? "table", STORAGE_MODES, "storageMode");
    text(w, user.storageId, "storageId");
    w.zigzag(createdAt, "createdAt");
    w.zigzag(user.updatedAt ?? createdAt, "updatedAt");
    time(w, user.lastSeen, "lastSeen");
    time(w, user.deletedAt, "deletedAt");
  },
  read: (r) => ({
    userId: r.string(),
    username: r.string(),
    passwordHash: r.string(),
    role: chosen(r, ROLES),
    email: r.option(readString),
    authType: chosen(r, AUTH_TYPES),
    authData: r.option(readString),
    storageMode: chosen(r, STORAGE_MODES),
    storageId: r.option(readString),
    createdAt: r.zigzag(),
    updatedAt: r.zigzag(),
    lastSeen: r.option(readTime),
    deletedAt: r.option(readTime),
  }),
};

export const tableCodec: EntityCodec<TableMetadata, TableMetadataInput> = {
  name: "a table",
  fields: {
    tableId: false,
    tableType: false,
    createdAt: false,
    storageLocation: false,
    storageId: true,
    useUserStorage: false,
    flushPolicy: false,
    schemaVersion: false,
    deletedRetentionHours: false,
    accessLevel: true,
    owner: true,
  },
  write(w, table) {
    if (!Array.isArray(table.tableId) || table.tableId.length !== 2) {
      throw invalid(`tableId is ${shown(table.tableId)}, not an array of a namespace and a name`);
    }
    w.string(table.tableId[0], "the namespace of tableId");
    w.string(table.tableId[1], "the name of tableId");
    choice(w, table.tableType, TABLE_TYPES, "tableType");
    w.zigzag(table.createdAt ?? now(), "createdAt");
    w.string(table.storageLocation ?? "", "storageLocation");
    text(w, table.storageId, "storageId");
    flag(w, table.useUserStorage ?? false, "useUserStorage");
    w.string(table.flushPolicy ?? "{}", "flushPolicy");
    u32(w, table.schemaVersion ?? 1, "schemaVersion");
    u32(w, table.deletedRetentionHours ?? 7 * 24, "deletedRetentionHours");
    optional(w, table.accessLevel, (access) => choice(w, access, ACCESSES, "accessLevel"));
    text(w, table.owner, "owner");
  },
  read: (r) => ({
    tableId: [r.string(), r.string()],
    tableType: chosen(r, TABLE_TYPES),
    createdAt: r.zigzag(),
    storageLocation: r.string(),
    storageId: r.option(readString),
    useUserStorage: r.flag(),
    flushPolicy: r.string(),
    schemaVersion: r.varint(),
    deletedRetentionHours: r.varint(),
    accessLevel: r.option((r) => chosen(r, ACCESSES)),
    owner: r.option(readString),
  }),
};

export const jobCodec: EntityCodec<Omit<Job, "jobId">, JobInput> = {
  name: "a job",
  fields: {
    jobId: false,
    jobType: false,
    namespaceId: false,
    tableName: true,
    status: false,
    parameters: true,
    result: true,
    trace: true,
    memoryUsed: true,
    cpuUsed: true,
    createdAt: false,
    startedAt: true,
    completedAt: true,
    nodeId: false,
    errorMessage: true,
  },
  write(w, job) {
    const createdAt = job.createdAt ?? now();
    choice(w, job.jobType, JOB_TYPES, "jobType");
    w.string(job.namespaceId, "namespaceId");
    text(w, job.tableName, "tableName");
    choice(w, job.status ?? "running", JOB_STATUSES, "status");
    text(w, job.parameters, "parameters");
    text(w, job.result, "result");
    text(w, job.trace, "trace");
    optional(w, job.memoryUsed, (value) => w.uvarint(value, "memoryUsed"));
    optional(w, job.cpuUsed, (value) => w.uvarint(value, "cpuUsed"));
    w.zigzag(createdAt, "createdAt");
    time(w, job.startedAt === undefined ? createdAt : job.startedAt, "startedAt");
    time(w, job.completedAt, "completedAt");
    w.string(job.nodeId ?? "", "nodeId");
    text(w, job.errorMessage, "errorMessage");
  },
  read: (r) => ({
    jobType: chosen(r, JOB_TYPES),
    namespaceId: r.string(),
    tableName: r.option(readString),
    status: chosen(r, JOB_STATUSES),
    parameters: r.option(readString),
    result: r.option(readString),
    trace: r.option(readString),
    memoryUsed: r.option(readCount),
    cpuUsed: r.option(readCount),
    createdAt: r.zigzag(),
    startedAt: r.option(readTime),
    completedAt: r.option(readTime),
    nodeId: r.string(),
    errorMessage: r.option(readString),
  }),
};

export const namespaceCodec: EntityCodec<Namespace, NamespaceInput> = {
  name: "a namespace",
  fields: {
    name: false,
    createdAt: false,
    options: true,
    tableCount: false,
  },
  write(w, namespace) {
    w.string(namespace.name, "name");
    w.zigzag(namespace.createdAt ?? now(), "createdAt");
    text(w, namespace.options, "options");
    w.uvarint(namespace.tableCount ?? 0, "tableCount");
  },
  read: (r) => ({
    name: r.string(),
    createdAt: r.zigzag(),
    options: r.option(readString),
    tableCount: r.uvarint(),
  }),
};

export const storageCodec: EntityCodec<Omit<Storage, "storageId">, StorageInput> = {
  name: "a storage",
  fields: {
    storageId: false,
    storageName: false,
    description: true,
    storageType: false,
    baseDirectory: false,
    credentials: true,
    sharedTablesTemplate: false,
    userTablesTemplate: false,
    createdAt: false,
    updatedAt: false,
  },
  write(w, storage) {
    const createdAt = storage.createdAt ?? now();
    w.string(storage.storageName, "storageName");
    text(w, storage.description, "description");
    choice(w, storage.storageType, STORAGE_TYPES, "storageType");
    w.string(storage.baseDirectory, "baseDirectory");
    text(w, storage.credentials, "credentials");
    w.string(storage.sharedTablesTemplate ?? "{namespace}/{table}", "sharedTablesTemplate");
    w.string(storage.userTablesTemplate ?? "{namespace}/{table}/{user}", "userTablesTemplate");
    w.zigzag(createdAt, "createdAt");
    w.zigzag(storage.updatedAt ?? createdAt, "updatedAt");
  },
  read: (r) => ({
    storageName: r.string(),
    description: r.option(readString),
    storageType: chosen(r, STORAGE_TYPES),
    baseDirectory: r.string(),
    credentials: r.option(readString),
    sharedTablesTemplate: r.string(),
    userTablesTemplate: r.string(),
    createdAt: r.zigzag(),
    updatedAt: r.zigzag(),
  }),
};

export const liveQueryCodec: EntityCodec<Omit<LiveQuery, "liveQueryId">, LiveQueryInput> = {
  name: "a live query",
  fields: {
    liveQueryId: false,
    connectionId: false,
    namespaceId: false,
    tableName: false,
    queryId: false,
    userId: false,
    query: false,
    options: true,
    createdAt: false,
    lastUpdate: false,
    changes: false,
    node: false,
  },
  write(w, query) {
    const createdAt = query.createdAt ?? now();
    w.string(query.connectionId, "connectionId");
    w.string(query.namespaceId, "namespaceId");
    w.string(query.tableName, "tableName");
    w.string(query.queryId, "queryId");
    w.string(query.userId, "userId");
    w.string(query.query, "query");
    text(w, query.options, "options");
    w.zigzag(createdAt, "createdAt");
    w.zigzag(query.lastUpdate ?? createdAt, "lastUpdate");
    w.uvarint(query.changes ?? 0, "changes");
    w.string(query.node ?? "", "node");
  },
  read: (r) => ({
    connectionId: r.string(),
    namespaceId: r.string(),
    tableName: r.string(),
    queryId: r.string(),
    userId: r.string(),
    query: r.string(),
    options: r.option(readString),
    createdAt: r.zigzag(),
    lastUpdate: r.zigzag(),
    changes: r.uvarint(),
    node: r.string(),
  }),
};
