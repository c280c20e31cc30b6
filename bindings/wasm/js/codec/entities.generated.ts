import { invalid, shown } from "../error/check.js";
import { choice, chosen, type EntityCodec, flag, now, optional, readCount, readString, readTime, text, time, u32 } from "./entity-codec.js";
import {
  ACCESSES,
  AUTH_TYPES,
  type Job,
  JOB_STATUSES,
  JOB_TYPES,
  type JobInput,
  type LiveQuery,
  type LiveQueryInput,
  type Namespace,
  type NamespaceInput,
  ROLES,
  type Storage,
  STORAGE_MODES,
  STORAGE_TYPES,
  type StorageInput,
  TABLE_TYPES,
  type TableMetadata,
  type TableMetadataInput,
  type User,
  type UserInput,
} from "./entity.js";

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
