import type { Context, Handle } from "./context.js";
import {
  checkEntity,
  type EntityCodec,
  type Job,
  JOB_STATUSES,
  type JobInput,
  type JobStatus,
  jobCodec,
  type LiveQuery,
  type LiveQueryInput,
  liveQueryCodec,
  type Namespace,
  type NamespaceInput,
  namespaceCodec,
  type Role,
  ROLES,
  type Storage,
  type StorageInput,
  storageCodec,
  tableCodec,
  type TableId,
  type TableMetadata,
  type TableMetadataInput,
  type User,
  type UserInput,
  userCodec,
} from "./entity.js";
import { Index } from "./find.js";
import { checkFunction, invalid, shown } from "./error.js";
import { choicePart, type KeyCodec, pairKey, partCodec, textKey, tupleKey } from "./key.js";
import { Op } from "./port.js";
import { array, type Page, type Shape, Store } from "./store.js";
import { type Int64, wideInteger, Writer } from "./writer.js";

/** The shape of entities that carry their keys. */
interface EntityShape<K, P, E, I> extends Shape<K, P, E, I, E> {
  /** Refuses what is no such entity. */
  check(entity: I): void;
}

/** A table of the system: its entities carry their keys. */
export abstract class SystemStore<K, P, E extends object, I extends object> extends Store<K, P, E, I, E> {
  /** @internal */
  protected declare readonly shape: EntityShape<K, P, E, I>;

  /** @internal */
  constructor(context: Context, handle: Handle, shape: EntityShape<K, P, E, I>) {
    super(context, handle, shape);
  }

  /** The key that the entity carries. @internal */
  protected abstract keyOf(entity: I): K;

  /** Stores the entity, whether its key is there or not. */
  put(entity: I): void {
    this.write(this.keyIn(entity), entity, false);
  }

  /** Stores the entity, if its key is not there yet; else an error with the code `AlreadyExists`. */
  insert(entity: I): void {
    this.write(this.keyIn(entity), entity, true);
  }

  /** Stores all of these in one transaction. */
  putMany(entities: readonly I[]): void {
    array(entities, "entities");
    this.batchOf(entities, (value) => ({ type: "put", key: this.keyIn(value), value }));
  }

  /**
   * Reads the entity, changes it and stores it, in one transaction. `change` changes what it is given, or returns
   * another. Returns the entity as it is then.
   */
  update(key: K, change: (entity: E) => E | I | undefined | void): E {
    checkFunction(change, "what changes an entity");
    return this.context.transaction((context) => {
      const store = this.in(context);
      const entity = store.require(key);
      const changed = (change(entity) ?? entity) as unknown as I;
      const carried = store.keyIn(changed);
      if (!store.isKey(carried, key)) throw invalid(`the key of the entity is ${shown(carried)} by now, not ${shown(key)}: a change leaves it as it is`);
      store.put(changed);
      return store.require(key);
    });
  }

  private in(context: Context): this {
    if (context === this.context) return this;
    const constructor = this.constructor as new (context: Context, handle: Handle) => this;
    return new constructor(context, this.handle);
  }

  private isKey(one: K, other: K): boolean {
    const [a, b] = [one, other].map((key) => {
      const writer = new Writer();
      this.shape.key.write(writer, key);
      return String(writer.written());
    });
    return a === b;
  }

  private keyIn(entity: I): K {
    if (typeof entity !== "object" || entity === null) throw invalid(`an entity is an object, not ${shown(entity)}`);
    this.shape.check(entity);
    return this.keyOf(entity);
  }
}

function entities<K, P, E extends object, I extends object>(key: KeyCodec<K, P>, codec: EntityCodec<E, I>): EntityShape<K, P, E, I> {
  return { key, check: (entity) => checkEntity(entity, codec), write: codec.write, read: codec.read, entry: (_, entity) => entity, keyless: true };
}

/** The shape of entities that are stored without their keys. */
function keyed<F extends string, E extends object, I extends object>(
  field: F,
  codec: EntityCodec<E, I>,
): EntityShape<string, string, E & Record<F, string>, I> {
  return {
    key: textKey,
    check: (entity) => checkEntity(entity, codec),
    write: codec.write,
    read: (reader, key) => ({ [field]: key, ...codec.read(reader) }) as E & Record<F, string>,
    entry: (_, entity) => entity,
    keyless: false,
  };
}

const USERS = entities<string, string, User, UserInput>(textKey, userCodec);
const TABLES = entities<TableId, readonly [string], TableMetadata, TableMetadataInput>(pairKey(textKey), tableCodec);
const JOBS: EntityShape<string, string, Job, JobInput> = keyed("jobId", jobCodec);
const NAMESPACES = entities<string, string, Namespace, NamespaceInput>(textKey, namespaceCodec);
const STORAGES: EntityShape<string, string, Storage, StorageInput> = keyed("storageId", storageCodec);
const LIVE_QUERIES: EntityShape<string, string, LiveQuery, LiveQueryInput> = keyed("liveQueryId", liveQueryCodec);

/** The values of an index on an enumeration. */
function choices<T extends string>(names: readonly T[]): KeyCodec<T, never> {
  const part = choicePart(names);
  return {
    write: (writer, value) => part.writeLast(writer, value),
    read: (reader, start, end) => part.readLast(reader, start, end) as T,
    prefix() {
      throw invalid("values of an enumeration have no prefixes");
    },
  };
}

const times: KeyCodec<Int64, never> = {
  write: (writer, value) => partCodec("i64").writeLast(writer, value),
  read: (reader, start, end) => partCodec("i64").readLast(reader, start, end) as bigint,
  prefix() {
    throw invalid("times have no prefixes: use from and to");
  },
};

/** `system_users`: who may sign in. */
export class Users extends SystemStore<string, string, User, UserInput> {
  /** @internal */
  constructor(context: Context, handle: Handle) {
    super(context, handle, USERS);
  }

  /** The users by their roles; soft-deleted ones too. */
  get byRole(): Index<Role, never, User> {
    return this.index("role", choices(ROLES));
  }

  /** The users by the storages of their rows. */
  get byStorage(): Index<string, string, User> {
    return this.index("storage", textKey);
  }

  /** The user of this name, in any case, unless soft-deleted. */
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

const DROP_TABLE = 1;

/** `system_tables`: the tables that hold rows. */
export class Tables extends SystemStore<TableId, readonly [namespaceId: string], TableMetadata, TableMetadataInput> {
  /** @internal */
  constructor(context: Context, handle: Handle) {
    super(context, handle, TABLES);
  }

  /** The tables by the storages of their files. */
  get byStorage(): Index<string, string, TableMetadata> {
    return this.index("storage", textKey);
  }

  /** Removes the table with its rows and its indexes, in one transaction; whether there was one. */
  dropTable(tableId: TableId): boolean {
    return this.act(DROP_TABLE, tableId, () => undefined, (reader) => reader.flag());
  }

  protected keyOf(table: TableMetadataInput): TableId {
    return table.tableId;
  }
}

const COMPLETE = 1;
const FAIL = 2;
const CANCEL = 3;
const DELETE_FINISHED_BEFORE = 4;

/** `system_jobs`: what runs, or has run, in the background. A job ends once. */
export class Jobs extends SystemStore<string, string, Job, JobInput> {
  /** @internal */
  constructor(context: Context, handle: Handle) {
    super(context, handle, JOBS);
  }

  /** The jobs by how they stand. */
  get byStatus(): Index<JobStatus, never, Job> {
    return this.index("status", choices(JOB_STATUSES));
  }

  /** The jobs by their namespaces, then the times of their creation. */
  get byNamespace(): Index<readonly [namespaceId: string, createdAt: Int64], readonly [namespaceId: string], Job> {
    const codec = tupleKey(["string", "i64"]) as unknown as KeyCodec<
      readonly [string, Int64],
      readonly [string]
    >;
    return this.index("namespace", codec);
  }

  /** The jobs that have ended, by when they did. */
  get byCompletedAt(): Index<Int64, never, Job> {
    return this.index("completed_at", times);
  }

  /** Ends the running job as completed. An error with the code `InvalidTransition` if it has ended already. */
  complete(jobId: string, result?: string, now: Int64 = Date.now()): Job {
    if (result !== undefined) checkText(result, "the result of a job");
    return this.end(COMPLETE, jobId, now, (writer) => writer.optional(result, (text) => writer.text(text)));
  }

  /** Ends the running job as failed, and says why. */
  fail(jobId: string, message: string, now: Int64 = Date.now()): Job {
    checkText(message, "what a job failed for");
    return this.end(FAIL, jobId, now, (writer) => writer.text(message));
  }

  /** Ends the running job as cancelled. */
  cancel(jobId: string, now: Int64 = Date.now()): Job {
    return this.end(CANCEL, jobId, now, () => undefined);
  }

  /** A page of the namespace's jobs, the latest first. */
  latest(namespaceId: string, options: { limit?: number | undefined; cursor?: string | undefined } = {}): Page<Job> {
    return this.byNamespace.page({ ...options, prefix: [namespaceId], reverse: true });
  }

  /** Deletes the jobs that ended before this time; how many they were. */
  deleteFinishedBefore(time: Int64): number {
    const wide = wideTime(time);
    return this.act(DELETE_FINISHED_BEFORE, undefined, (writer) => writer.i64(wide), (reader) => reader.count());
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

/** `system_namespaces`: what tables are grouped in. */
export class Namespaces extends SystemStore<string, string, Namespace, NamespaceInput> {
  /** @internal */
  constructor(context: Context, handle: Handle) {
    super(context, handle, NAMESPACES);
  }

  protected keyOf(namespace: NamespaceInput): string {
    return namespace.name;
  }
}

/** `system_storages`: where data is kept. */
export class Storages extends SystemStore<string, string, Storage, StorageInput> {
  /** @internal */
  constructor(context: Context, handle: Handle) {
    super(context, handle, STORAGES);
  }

  protected keyOf(storage: StorageInput): string {
    return storage.storageId;
  }
}

const REMOVE_CONNECTION = 1;

/** `system_live_queries`: the queries whose results are kept up to date. */
export class LiveQueries extends SystemStore<string, string, LiveQuery, LiveQueryInput> {
  /** @internal */
  constructor(context: Context, handle: Handle) {
    super(context, handle, LIVE_QUERIES);
  }

  /** The queries by who asked. */
  get byUser(): Index<string, string, LiveQuery> {
    return this.index("user", textKey);
  }

  /** The queries by the connections they were asked over. */
  get byConnection(): Index<string, string, LiveQuery> {
    return this.index("connection", textKey);
  }

  /** The queries by the tables they read. */
  get byTable(): Index<TableId, readonly [namespaceId: string], LiveQuery> {
    return this.index("table", pairKey(textKey));
  }

  /** Deletes every query of a connection that is lost; how many they were. */
  removeConnection(connectionId: string): number {
    checkText(connectionId, "the id of a connection");
    return this.act(REMOVE_CONNECTION, undefined, (writer) => writer.text(connectionId), (reader) => reader.count());
  }

  protected keyOf(query: LiveQueryInput): string {
    return query.liveQueryId;
  }
}

/** Refuses what is no string. */
function checkText(value: unknown, what: string): void {
  if (typeof value !== "string") throw invalid(`${what} is a string, not ${shown(value)}`);
}

/** A time for the engine. */
export function wideTime(time: Int64): bigint {
  return wideInteger(time, -(2n ** 63n), 2n ** 63n - 1n, "a time");
}

