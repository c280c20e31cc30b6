import { jobCodec, liveQueryCodec, namespaceCodec, storageCodec, tableMetadataCodec, userCodec } from "../codec/entities.generated.js";
import { type Job, type JobInput, type LiveQuery, type LiveQueryInput, type Namespace, type NamespaceInput, type Storage, type StorageInput, type TableId, type TableMetadata, type TableMetadataInput, type User, type UserInput } from "../codec/entity.js";
import { JOB_STATUSES, type JobStatus, type Role, ROLES } from "../protocol/enumerations.generated.js";
import { type Int64, wideTime } from "../codec/integer.js";
import { choicePart, partCodec } from "../codec/key-part.js";
import { type KeyCodec, pairKey, textKey, tupleKey } from "../codec/key.js";
import type { Context } from "../engine/context.js";
import type { TableHandle } from "../engine/handle.js";
import { invalid, shown } from "../error/check.js";
import { JobAction, LiveQueryAction, Op, TableAction } from "../protocol/codes.generated.js";
import type { Page } from "./page.js";
import { selfKeyed, type EntityShape, separatelyKeyed, SystemStore } from "./system-store.js";
import { Index } from "./table-index.js";

const USERS = selfKeyed<string, string, User, UserInput>(textKey, userCodec);

const TABLES = selfKeyed<TableId, readonly [string], TableMetadata, TableMetadataInput>(pairKey(textKey), tableMetadataCodec);

const JOBS: EntityShape<string, string, Job, JobInput> = separatelyKeyed("jobId", jobCodec);

const NAMESPACES = selfKeyed<string, string, Namespace, NamespaceInput>(textKey, namespaceCodec);

const STORAGES: EntityShape<string, string, Storage, StorageInput> = separatelyKeyed("storageId", storageCodec);

const LIVE_QUERIES: EntityShape<string, string, LiveQuery, LiveQueryInput> = separatelyKeyed("liveQueryId", liveQueryCodec);

/** Returns the codec of the values of an index on an enumeration. */
function enumerationKey<T extends string>(names: readonly T[]): KeyCodec<T, never> {
  const part = choicePart(names);
  return {
    write: (writer, value) => part.writeLast(writer, value),
    read: (reader, start, end) => part.readLast(reader, start, end) as T,
    prefix() {
      throw invalid("values of an enumeration have no prefixes");
    },
  };
}

const timeKey: KeyCodec<Int64, never> = {
  write: (writer, value) => partCodec("i64").writeLast(writer, value),
  read: (reader, start, end) => partCodec("i64").readLast(reader, start, end) as bigint,
  prefix() {
    throw invalid("times have no prefixes: use from and to");
  },
};

/** `system_users`: the users. */
export class Users extends SystemStore<string, string, User, UserInput> {
  /** @internal */
  constructor(context: Context, handle: TableHandle) {
    super(context, handle, USERS);
  }

  /** The users by role, including soft-deleted users. */
  get byRole(): Index<Role, never, User, string, User> {
    return this.index("role", enumerationKey(ROLES));
  }

  /** The users by the storage of their rows. */
  get byStorage(): Index<string, string, User, string, User> {
    return this.index("storage", textKey);
  }

  /** Returns the user with this name, without regard to case, unless the user is soft-deleted. */
  findByUsername(username: string): User | undefined {
    checkText(username, "a username");
    return this.call(
      Op.ask,
      (writer) => {
        this.visibility(writer);
        writer.text(username);
      },
      (reader) => this.readEntries(reader)[0],
    );
  }

  protected keyOf(user: UserInput): string {
    return user.userId;
  }
}

/** `system_tables`: the metadata of user, shared and stream tables. */
export class Tables extends SystemStore<TableId, readonly [namespaceId: string], TableMetadata, TableMetadataInput> {
  /** @internal */
  constructor(context: Context, handle: TableHandle) {
    super(context, handle, TABLES);
  }

  /** The tables by the storage of their files. */
  get byStorage(): Index<string, string, TableMetadata, TableId, TableMetadata> {
    return this.index("storage", textKey);
  }

  /** Deletes the table with its rows and its indexes in one transaction. Returns `false` if there was none. */
  dropTable(tableId: TableId): boolean {
    return this.act(TableAction.dropTable, tableId, () => undefined, (reader) => reader.flag());
  }

  protected keyOf(table: TableMetadataInput): TableId {
    return table.tableId;
  }
}

/** `system_jobs`: the background jobs. A job that has ended can't change its status again. */
export class Jobs extends SystemStore<string, string, Job, JobInput> {
  /** @internal */
  constructor(context: Context, handle: TableHandle) {
    super(context, handle, JOBS);
  }

  /** The jobs by status. */
  get byStatus(): Index<JobStatus, never, Job, string, Job> {
    return this.index("status", enumerationKey(JOB_STATUSES));
  }

  /** The jobs by namespace, then by the time of their creation. */
  get byNamespace(): Index<readonly [namespaceId: string, createdAt: Int64], readonly [namespaceId: string], Job, string, Job> {
    const codec = tupleKey(["string", "i64"]) as unknown as KeyCodec<
      readonly [string, Int64],
      readonly [string]
    >;
    return this.index("namespace", codec);
  }

  /** The ended jobs by the time of their end. */
  get byCompletedAt(): Index<Int64, never, Job, string, Job> {
    return this.index("completed_at", timeKey);
  }

  /** Ends the job as completed. If it has ended already, it fails with the code `InvalidTransition`. */
  complete(jobId: string, result?: string, now: Int64 = Date.now()): Job {
    if (result !== undefined) checkText(result, "the result of a job");
    return this.end(JobAction.complete, jobId, now, (writer) => writer.optional(result, (text) => writer.text(text)));
  }

  /** Ends the job as failed, with a message. */
  fail(jobId: string, message: string, now: Int64 = Date.now()): Job {
    checkText(message, "the message of a failed job");
    return this.end(JobAction.fail, jobId, now, (writer) => writer.text(message));
  }

  /** Ends the job as cancelled. */
  cancel(jobId: string, now: Int64 = Date.now()): Job {
    return this.end(JobAction.cancel, jobId, now, () => undefined);
  }

  /** Returns a page of the namespace's jobs, the latest first. */
  latest(namespaceId: string, options: { limit?: number | undefined; cursor?: string | undefined } = {}): Page<Job> {
    return this.byNamespace.page({ ...options, prefix: [namespaceId], reverse: true });
  }

  /** Deletes the jobs that ended before this time, and returns their number. */
  deleteFinishedBefore(time: Int64): number {
    const wide = wideTime(time);
    return this.act(JobAction.deleteFinishedBefore, undefined, (writer) => writer.i64(wide), (reader) => reader.count());
  }

  protected keyOf(job: JobInput): string {
    return job.jobId;
  }

  private end(action: number, jobId: string, now: Int64, write: Parameters<Jobs["act"]>[2]): Job {
    const time = wideTime(now);
    return this.act(
      action,
      jobId,
      (writer) => {
        writer.i64(time);
        write(writer);
      },
      (reader) => this.decode(reader, jobId),
    );
  }
}

/** `system_namespaces`: the namespaces that group tables. */
export class Namespaces extends SystemStore<string, string, Namespace, NamespaceInput> {
  /** @internal */
  constructor(context: Context, handle: TableHandle) {
    super(context, handle, NAMESPACES);
  }

  protected keyOf(namespace: NamespaceInput): string {
    return namespace.name;
  }
}

/** `system_storages`: the storages, the places where a service keeps the files of its tables. */
export class Storages extends SystemStore<string, string, Storage, StorageInput> {
  /** @internal */
  constructor(context: Context, handle: TableHandle) {
    super(context, handle, STORAGES);
  }

  protected keyOf(storage: StorageInput): string {
    return storage.storageId;
  }
}

/** `system_live_queries`: the queries that a connection of a user has open. */
export class LiveQueries extends SystemStore<string, string, LiveQuery, LiveQueryInput> {
  /** @internal */
  constructor(context: Context, handle: TableHandle) {
    super(context, handle, LIVE_QUERIES);
  }

  /** The queries by user. */
  get byUser(): Index<string, string, LiveQuery, string, LiveQuery> {
    return this.index("user", textKey);
  }

  /** The queries by connection. */
  get byConnection(): Index<string, string, LiveQuery, string, LiveQuery> {
    return this.index("connection", textKey);
  }

  /** The queries by the table that they read. */
  get byTable(): Index<TableId, readonly [namespaceId: string], LiveQuery, string, LiveQuery> {
    return this.index("table", pairKey(textKey));
  }

  /** Deletes the queries of a lost connection, and returns their number. */
  removeConnection(connectionId: string): number {
    checkText(connectionId, "the id of a connection");
    return this.act(LiveQueryAction.removeConnection, undefined, (writer) => writer.text(connectionId), (reader) => reader.count());
  }

  protected keyOf(query: LiveQueryInput): string {
    return query.liveQueryId;
  }
}

/** Throws unless the value is a string. */
function checkText(value: unknown, what: string): void {
  if (typeof value !== "string") throw invalid(`${what} must be a string, not ${shown(value)}`);
}
