import { pairKey } from "../codec/key.js";
import type { Storable } from "../codec/value.js";
import type { Context } from "../engine/context.js";
import { TableHandle } from "../engine/handle.js";
import { invalid, shown } from "../error/check.js";
import { Op, TableKind } from "../protocol/codes.generated.js";
import { checkDefinition, checkName, type CollectionDefinition, type RowOf } from "./collection-definition.js";
import { Collection, collectionShape } from "./collection.js";
import { HandleCache } from "./handles.js";
import { Partition } from "./partition.js";
import { rowShape, streamShape } from "./row-shape.js";
import { AllUsersTable, SharedTable, StreamTable, UserTable } from "./row-table.js";
import { checkTableName, type PlainObject, Table, type TableKey, tableShape } from "./table.js";
import { Jobs, LiveQueries, Namespaces, Storages, Tables, Users } from "./system-tables.js";
import { type Id, type IdOptions, idCodec, tableKey, writeTableName, accessOptions, SHARED, type SharedOptions } from "./table-options.js";

/** The tables of the system, once they are opened. */
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
  protected readonly handles: HandleCache;
  private readonly opened: Opened = {};

  /** @internal */
  constructor(context: Context, handles: HandleCache) {
    this.context = context;
    this.handles = handles;
  }

  /** The users. */
  get users(): Users {
    return (this.opened.users ??= new Users(this.context, this.system(TableKind.users)));
  }

  /** The metadata of user, shared and stream tables. */
  get tables(): Tables {
    return (this.opened.tables ??= new Tables(this.context, this.system(TableKind.tables)));
  }

  /** The background jobs. */
  get jobs(): Jobs {
    return (this.opened.jobs ??= new Jobs(this.context, this.system(TableKind.jobs)));
  }

  /** The namespaces that group tables. */
  get namespaces(): Namespaces {
    return (this.opened.namespaces ??= new Namespaces(this.context, this.system(TableKind.namespaces)));
  }

  /** The storages: the places where a service keeps the files of its tables. */
  get storages(): Storages {
    return (this.opened.storages ??= new Storages(this.context, this.system(TableKind.storages)));
  }

  /** The live queries: queries that a connection of a user has open. */
  get liveQueries(): LiveQueries {
    return (this.opened.liveQueries ??= new LiveQueries(this.context, this.system(TableKind.liveQueries)));
  }

  private system(kind: number): TableHandle {
    return this.handles.get(this.context, kind, "", () => undefined);
  }
}

/** The stores without access checks, for a program that is trusted with all data. */
export abstract class UnrestrictedStores extends Stores {
  /** Returns the rows of this user in a user table. */
  userTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    userId: string,
    options?: IdOptions<T>,
  ): UserTable<Id<T>> {
    if (typeof userId !== "string") throw invalid(`the id of the user must be a string, not ${shown(userId)}`);
    const id = idCodec(options);
    const handle = this.handles.get(this.context, TableKind.user, tableKey(namespaceId, tableName, userId), (writer) => {
      writeTableName(writer, namespaceId, tableName);
      writer.optional(userId, (user) => writer.text(user));
    });
    return new UserTable(this.context, handle, rowShape(id)) as UserTable<Id<T>>;
  }

  /** Returns the rows of all users in a user table, for work on the whole table. */
  userTables<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): AllUsersTable<Id<T>> {
    const handle = this.handles.get(this.context, TableKind.user, tableKey(namespaceId, tableName), (writer) => {
      writeTableName(writer, namespaceId, tableName);
      writer.u8(0);
    });
    return new AllUsersTable(this.context, handle, rowShape(pairKey(idCodec(options)))) as unknown as AllUsersTable<Id<T>>;
  }

  /** Returns a table that several users see. */
  sharedTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: SharedOptions<T>,
  ): SharedTable<Id<T>> {
    const id = idCodec(options, SHARED);
    const { access, owner } = accessOptions(options);
    const handle = this.handles.get(this.context, TableKind.shared, tableKey(namespaceId, tableName, access, owner), (writer) => {
      writeTableName(writer, namespaceId, tableName);
      writer.optional(access, (code) => writer.u8(code));
      writer.optional(owner, (user) => writer.text(user));
    });
    return new SharedTable(this.context, handle, rowShape(id)) as SharedTable<Id<T>>;
  }

  /** Returns a table of rows that expire. */
  streamTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: SharedOptions<T>,
  ): StreamTable<Id<T>> {
    const id = idCodec(options, SHARED);
    const { access, owner } = accessOptions(options);
    const handle = this.handles.get(this.context, TableKind.stream, tableKey(namespaceId, tableName, access, owner), (writer) => {
      writeTableName(writer, namespaceId, tableName);
      writer.optional(access, (code) => writer.u8(code));
      writer.optional(owner, (user) => writer.text(user));
    });
    return new StreamTable(this.context, handle, streamShape(id)) as StreamTable<Id<T>>;
  }

  /**
   * Returns a collection. The first write stores its definition in the catalog. From then on, another definition fails with
   * the code `DefinitionMismatch`: `Database.defineCollection` changes it.
   */
  collection<R extends object & Storable<R> = never, const D extends CollectionDefinition = CollectionDefinition>(
    collectionName: string,
    definition: D,
  ): Collection<D, RowOf<D, R>> {
    checkName(collectionName);
    const checked = checkDefinition(definition);
    const { stored, kinds } = checked;
    const name = JSON.stringify([collectionName, String(stored), String(kinds)]);
    const handle = this.handles.get(this.context, TableKind.collection, name, (writer) => {
      writer.text(collectionName);
      writer.bytes(stored);
      writer.bytes(kinds);
    });
    return new Collection(this.context, handle, collectionShape<D, RowOf<D, R>>(checked), checked);
  }

  /**
   * Opens a table of the catalog, which a Rust program wrote with `#[derive(Entity)]`. `T` is the type of its entities, `K`
   * that of its keys. If the catalog has no table of this name, it fails with the code `NotFound`.
   */
  table<T extends object = PlainObject, K = TableKey>(tableName: string): Table<T, K> {
    checkTableName(tableName);
    const stored = this.context.call(Op.definition, 0, (writer) => writer.text(tableName), (reader) => reader.rest());
    const { shape, indexes } = tableShape<T, K>(stored);
    const handle = this.handles.get(this.context, TableKind.table, JSON.stringify([tableName, String(stored)]), (writer) => {
      writer.text(tableName);
      writer.bytes(stored);
      writer.bytes(new Uint8Array(0));
    });
    return new Table(this.context, handle, shape, indexes);
  }

  /**
   * Returns a partition: a key space of byte keys and byte values. The partitions of typed tables and of collections can't
   * be opened this way.
   */
  partition(partitionName: string): Partition {
    if (typeof partitionName !== "string") throw invalid(`a partition's name must be a string, not ${shown(partitionName)}`);
    const handle = this.handles.get(this.context, TableKind.partition, partitionName, (writer) => writer.text(partitionName));
    return new Partition(this.context, handle);
  }
}
