import { checkDefinition, checkName, Collection, type CollectionDefinition, collectionShape, type RowOf } from "./collection.js";
import { type Context, Handle } from "./context.js";
import { ACCESSES, type Role, ROLES, type TableAccess } from "./entity.js";
import { checkFields, invalid, shown } from "./error.js";
import { bytesKey, pairKey, textKey } from "./key.js";
import { Partition } from "./partition.js";
import { type Row, rowBytes } from "./row.js";
import { AllUsersTable, rowShape, SharedTable, StreamTable, streamShape, UserTable } from "./rows.js";
import { Jobs, LiveQueries, Namespaces, Storages, Tables, Users } from "./system.js";
import { weak } from "./weak.js";
import type { Writer } from "./writer.js";

/** Who asks. Whoever makes one has checked that they are who they say. */
export interface Principal {
  userId: string;
  role: Role;
}

/** What the ids of a table's rows are: text if it isn't said, or any bytes. */
export interface IdOptions<T extends "string" | "bytes" = "string" | "bytes"> {
  ids?: T | undefined;
}

/** Who may use a shared table or a stream; for the views of it, `as`. */
export interface SharedOptions<T extends "string" | "bytes" = "string" | "bytes"> extends IdOptions<T> {
  access?: TableAccess | undefined;
  owner?: string | undefined;
}

type Id<T> = T extends "bytes" ? Uint8Array : string;

const Kind = { users: 0, tables: 1, jobs: 2, namespaces: 3, storages: 4, liveQueries: 5, user: 6, shared: 7, stream: 8, collection: 9, bytes: 10 } as const;

/** The tables that are open, under what they were opened as; those that nobody uses any more are let go. */
export class Handles {
  private readonly principal: Principal | undefined;
  private readonly open = new Map<string, ReturnType<typeof weak<Handle>>>();

  constructor(principal?: Principal) {
    this.principal = principal;
  }

  /** The handle of a table; `key` tells those apart that are opened by different requests. */
  get(context: Context, kind: number, key: string, request: (writer: Writer) => void, principal = this.principal): Handle {
    context.check();
    const name = `${kind}:${principal === undefined ? "" : JSON.stringify([principal.userId, principal.role])}:${key}`;
    const known = this.open.get(name)?.deref();
    if (known !== undefined) return known;
    const handle = new Handle(context, (writer) => {
      writer.u8(kind);
      writer.optional(principal, ({ userId, role }) => {
        writer.text(userId);
        writer.u8(ROLES.indexOf(role));
      });
      request(writer);
    });
    // What a transaction opens may be undone with it.
    if (context.source.transaction === undefined) {
      this.open.set(name, weak(handle));
      if (this.open.size % 256 === 0) this.prune();
    }
    return handle;
  }

  private prune(): void {
    for (const [name, handle] of this.open) if (handle.deref() === undefined) this.open.delete(name);
  }
}

/** The tables of the system that were asked for. */
interface Opened {
  users?: Users;
  tables?: Tables;
  jobs?: Jobs;
  namespaces?: Namespaces;
  storages?: Storages;
  liveQueries?: LiveQueries;
}

/** The stores of a database, of a transaction or of a snapshot. */
export abstract class Stores {
  /** @internal */
  protected readonly context: Context;
  /** @internal */
  protected readonly handles: Handles;
  private readonly opened: Opened = {};

  /** @internal */
  constructor(context: Context, handles: Handles) {
    this.context = context;
    this.handles = handles;
  }

  /** Who may sign in. */
  get users(): Users {
    return (this.opened.users ??= new Users(this.context, this.system(Kind.users)));
  }

  /** The tables that hold rows. */
  get tables(): Tables {
    return (this.opened.tables ??= new Tables(this.context, this.system(Kind.tables)));
  }

  /** What runs, or has run, in the background. */
  get jobs(): Jobs {
    return (this.opened.jobs ??= new Jobs(this.context, this.system(Kind.jobs)));
  }

  /** What tables are grouped in. */
  get namespaces(): Namespaces {
    return (this.opened.namespaces ??= new Namespaces(this.context, this.system(Kind.namespaces)));
  }

  /** Where data is kept. */
  get storages(): Storages {
    return (this.opened.storages ??= new Storages(this.context, this.system(Kind.storages)));
  }

  /** The queries whose results are kept up to date. */
  get liveQueries(): LiveQueries {
    return (this.opened.liveQueries ??= new LiveQueries(this.context, this.system(Kind.liveQueries)));
  }

  private system(kind: number): Handle {
    return this.handles.get(this.context, kind, "", () => undefined);
  }
}

/** The stores that a program uses that trusts itself. */
export abstract class OwnStores extends Stores {
  /** The rows of a user table that are this user's own. */
  userTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    userId: string,
    options?: IdOptions<T>,
  ): UserTable<Id<T>> {
    if (typeof userId !== "string") throw invalid(`a user table is one user's, whose id is a string, not ${shown(userId)}`);
    const id = ids(options);
    const handle = this.handles.get(this.context, Kind.user, key(namespaceId, tableName, userId), (writer) => {
      name(writer, namespaceId, tableName);
      writer.optional(userId, (user) => writer.text(user));
    });
    return new UserTable(this.context, handle, rowShape(id)) as UserTable<Id<T>>;
  }

  /** The rows of a user table of all its users, for what is done to the table as a whole. */
  userTables<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): AllUsersTable<Id<T>> {
    const handle = this.handles.get(this.context, Kind.user, key(namespaceId, tableName), (writer) => {
      name(writer, namespaceId, tableName);
      writer.u8(0);
    });
    return new AllUsersTable(this.context, handle, rowShape(pairKey(ids(options)))) as unknown as AllUsersTable<Id<T>>;
  }

  /** A table that several users see. */
  sharedTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: SharedOptions<T>,
  ): SharedTable<Id<T>> {
    const id = ids(options, SHARED);
    const { access, owner } = rights(options);
    const handle = this.handles.get(this.context, Kind.shared, key(namespaceId, tableName, access, owner), (writer) => {
      name(writer, namespaceId, tableName);
      writer.u8(access);
      writer.optional(owner, (user) => writer.text(user));
    });
    return new SharedTable(this.context, handle, rowShape(id)) as SharedTable<Id<T>>;
  }

  /** A table of rows that expire. */
  streamTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: SharedOptions<T>,
  ): StreamTable<Id<T>> {
    const id = ids(options, SHARED);
    const { access, owner } = rights(options);
    const handle = this.handles.get(this.context, Kind.stream, key(namespaceId, tableName, access, owner), (writer) => {
      name(writer, namespaceId, tableName);
      writer.u8(access);
      writer.optional(owner, (user) => writer.text(user));
    });
    return new StreamTable(this.context, handle, streamShape(id)) as StreamTable<Id<T>>;
  }

  /**
   * Rows of your own. The definition is stored when the collection is first opened. Opening it with another is an error
   * with the code `DefinitionMismatch`: `Database.defineCollection` changes it.
   */
  collection<R extends Row = never, const D extends CollectionDefinition = CollectionDefinition>(
    collectionName: string,
    definition: D,
  ): Collection<D, RowOf<D, R>> {
    checkName(collectionName);
    const checked = checkDefinition(definition);
    const stored = rowBytes(checked.row);
    const handle = this.handles.get(this.context, Kind.collection, JSON.stringify([collectionName, String(stored)]), (writer) => {
      writer.text(collectionName);
      writer.bytes(stored);
    });
    return new Collection(this.context, handle, collectionShape<D, RowOf<D, R>>(checked), checked);
  }

  /** Bytes under bytes, in a partition of your own. Those of typed tables and of collections are out of reach. */
  partition(partitionName: string): Partition {
    if (typeof partitionName !== "string") throw invalid(`a partition's name is a string, not ${shown(partitionName)}`);
    const handle = this.handles.get(this.context, Kind.bytes, partitionName, (writer) => writer.text(partitionName));
    return new Partition(this.context, handle);
  }
}

/**
 * The stores as a principal may use them. What they may not do is an error with the code `AccessDenied`.
 *
 * Shared tables and streams belong to whom their entry in `tables` says. A shared table has the access level that is told there,
 * and is restricted if none is; a stream is restricted.
 */
export class PrincipalStores extends Stores {
  /** The principal's own rows of a user table. */
  userTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): UserTable<Id<T>> {
    const handle = this.handles.get(this.context, Kind.user, key(namespaceId, tableName), (writer) => {
      name(writer, namespaceId, tableName);
      writer.u8(0);
    });
    return new UserTable(this.context, handle, rowShape(ids(options))) as UserTable<Id<T>>;
  }

  /**
   * A shared table; an error with the code `NotFound` if the system's tables have none of this id. Who may use it is looked up now:
   * ask for it again where that may have been changed.
   */
  sharedTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): SharedTable<Id<T>> {
    const id = ids(options);
    const handle = this.fresh(Kind.shared, namespaceId, tableName);
    return new SharedTable(this.context, handle, rowShape(id)) as SharedTable<Id<T>>;
  }

  /**
   * A stream; an error with the code `NotFound` if the system's tables have none of this id. Who may use it is looked up now:
   * ask for it again where that may have been changed.
   */
  streamTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): StreamTable<Id<T>> {
    const id = ids(options);
    const handle = this.fresh(Kind.stream, namespaceId, tableName);
    return new StreamTable(this.context, handle, streamShape(id)) as StreamTable<Id<T>>;
  }

  /** Its access level is looked up each time. */
  private fresh(kind: number, namespaceId: string, tableName: string): Handle {
    return new Handles().get(this.context, kind, key(namespaceId, tableName), (writer) => {
      name(writer, namespaceId, tableName);
      writer.u8(0);
      writer.u8(0);
    }, this.principal);
  }

  private readonly principal: Principal;

  /** @internal */
  constructor(context: Context, handles: Handles, principal: Principal) {
    super(context, handles);
    this.principal = principal;
  }
}

/** The principal, if it is one. */
export function checkPrincipal(principal: Principal): Principal {
  if (typeof principal !== "object" || principal === null || typeof principal.userId !== "string") {
    throw invalid(`a principal is an object with a userId and a role, not ${shown(principal)}`);
  }
  if (!ROLES.includes(principal.role)) throw invalid(`${shown(principal.role)} is not a role: it is one of ${ROLES.join(", ")}`);
  return { userId: principal.userId, role: principal.role };
}

const SHARED: readonly string[] = ["ids", "access", "owner"];

/** What tells apart the tables of a kind. */
function key(namespaceId: string, tableName: string, ...more: readonly (string | number | undefined)[]): string {
  if (typeof namespaceId !== "string" || typeof tableName !== "string") {
    throw invalid(`a table is named by two strings, its namespace and its name, not by ${shown(namespaceId)} and ${shown(tableName)}`);
  }
  return JSON.stringify([namespaceId, tableName, ...more]);
}

function ids(options: IdOptions | undefined, fields: readonly string[] = ["ids"]): typeof textKey {
  checkFields(options, fields, "the options of a table");
  const kind = options?.ids ?? "string";
  if (kind !== "string" && kind !== "bytes") throw invalid(`ids are "string" or "bytes", not ${shown(kind)}`);
  return kind === "bytes" ? (bytesKey as unknown as typeof textKey) : textKey;
}

function name(writer: Writer, namespaceId: string, tableName: string): void {
  writer.text(namespaceId);
  writer.text(tableName);
}

/** Who may use a table: the code of the access level, and the owner. */
function rights(options: SharedOptions | undefined): { access: number; owner: string | undefined } {
  const { access, owner } = options ?? {};
  const code = access === undefined ? 0 : ACCESSES.indexOf(access) + 1;
  if (access !== undefined && code === 0) throw invalid(`${shown(access)} is not an access level: it is one of ${ACCESSES.join(", ")}`);
  if (owner !== undefined && typeof owner !== "string") throw invalid(`an owner is a string, not ${shown(owner)}`);
  return { access: code, owner };
}
