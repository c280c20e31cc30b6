import { type Int64, wideTime } from "../codec/integer.js";
import type { Row } from "../codec/value.js";
import type { Writer } from "../codec/writer.js";
import type { Context } from "../engine/context.js";
import type { TableHandle } from "../engine/handle.js";
import { checkArray, checkFields, checkFunction, invalid, checkLimit, shown } from "../error/check.js";
import { checkPair } from "./batch.js";
import { changedBy } from "./change.js";
import type { StoredRow, StreamRow, TableRow } from "./row-shape.js";
import type { Shape } from "./shape.js";
import { Store } from "./store.js";
import { RowAction } from "../protocol/codes.generated.js";

/** The options of a write. `now` is its time, in milliseconds since the Unix epoch; by default the current time. */
export interface RowOptions {
  now?: Int64 | undefined;
}

/** The options of a write to a stream. */
export interface StreamRowOptions extends RowOptions {
  /** The lifetime of the row in milliseconds. By default the row never expires. */
  ttl?: Int64 | undefined;
}

const ALL = 2 ** 32 - 1;

const CHANGE = "the change of a row";

const OPTIONS = "the options of a row";

const NOW: readonly string[] = ["now"];

const NOW_AND_TTL: readonly string[] = ["now", "ttl"];

const END_OF_TIME = 2n ** 63n - 1n;

/** The base of the tables that hold rows. Soft-deleted rows are hidden. */
abstract class RowStore<K, P, V extends TableRow, O extends RowOptions> extends Store<K, P, V, StoredRow, [K, V]> {
  /** @internal */
  protected readonly deletedToo: boolean;

  /** @internal */
  constructor(context: Context, handle: TableHandle, shape: Shape<K, P, V, StoredRow, [K, V]>, deletedToo = false) {
    super(context, handle, shape);
    this.deletedToo = deletedToo;
  }

  /** This table with its soft-deleted rows. */
  get includingDeleted(): this {
    const constructor = this.constructor as new (context: Context, handle: TableHandle, shape: unknown, deletedToo: true) => this;
    return new constructor(this.context, this.handle, this.shape, true);
  }

  /** Stores the row, or replaces the row with this id. */
  put(id: K, row: Row, options?: O): void {
    this.write(id, this.stored(row, options), false);
  }

  /** Stores the row if the id is new. Otherwise it fails with the code `AlreadyExists`. */
  insert(id: K, row: Row, options?: O): void {
    this.write(id, this.stored(row, options), true);
  }

  /** Stores all rows in one transaction. */
  putMany(rows: readonly (readonly [id: K, row: Row])[], options?: O): void {
    checkArray(rows, "rows");
    this.batchOf(rows, (pair) => {
      const [key, row] = checkPair(pair);
      return { type: "put", key, value: this.stored(row, options) };
    });
  }

  /**
   * Reads the row, changes its columns and stores it, in one transaction. `change` changes its argument, or
   * returns new columns. Returns the stored row.
   */
  update(id: K, change: (row: Row) => Row | undefined | void, options?: O): V {
    checkFunction(change, CHANGE);
    return this.context.transaction((context) => {
      const constructor = this.constructor as new (c: Context, h: TableHandle, s: unknown, d: boolean) => this;
      const store = new constructor(context, this.handle, this.shape, this.deletedToo);
      const before = store.require(id);
      const row = changedBy(change, before.row, CHANGE);
      store.write(id, store.changed(before, row, options), false);
      return store.require(id);
    });
  }

  /** Marks the row as deleted. Returns `false` if there was no such row. `delete` removes a row, marked or not. */
  softDelete(id: K, options: RowOptions = {}): boolean {
    checkFields(options, NOW, OPTIONS);
    const now = timeOf(options);
    return this.act(RowAction.softDelete, id, (writer) => writer.i64(now), (reader) => reader.flag());
  }

  /** Removes the mark of a soft-deleted row. Returns `false` if there was none. */
  restore(id: K, options: RowOptions = {}): boolean {
    checkFields(options, NOW, OPTIONS);
    const now = timeOf(options);
    return this.act(RowAction.restore, id, (writer) => writer.i64(now), (reader) => reader.flag());
  }

  /** Removes rows that were soft-deleted before this time, the oldest first. Returns their number. */
  purgeDeletedBefore(time: Int64, max: number = ALL): number {
    return this.remove(RowAction.purgeDeletedBefore, time, max);
  }

  /** @internal */
  protected remove(action: number, time: Int64, max: number): number {
    const wide = wideTime(time);
    return this.act(
      action,
      undefined,
      (writer) => {
        writer.i64(wide);
        writer.u32(checkLimit(max) ?? ALL);
      },
      (reader) => reader.count(),
    );
  }

  /** @internal */
  protected stored(row: Row, options: O | undefined): StoredRow {
    checkFields(options, this.fields, OPTIONS);
    return { row, updated: timeOf(options) };
  }

  /** The fields of the options of a write. @internal */
  protected get fields(): readonly string[] {
    return NOW;
  }

  /** @internal */
  protected changed(_: V, row: Row, options: O | undefined): StoredRow {
    return this.stored(row, options);
  }

  protected override visibility(writer: Writer): void {
    writer.flag(this.deletedToo);
  }
}

/** The rows of one user in a user table, by their ids. */
export class UserTable<K = string> extends RowStore<K, K, TableRow, RowOptions> {}

/** The rows of all users in a user table, by the ids of the user and the row. */
export class AllUsersTable<K = string> extends RowStore<readonly [userId: string, rowId: K], readonly [userId: string], TableRow, RowOptions> {}

/** The rows of a shared table, by their ids. */
export class SharedTable<K = string> extends RowStore<K, K, TableRow, RowOptions> {}

/** The rows of a stream, which expire, by their ids. */
export class StreamTable<K = string> extends RowStore<K, K, StreamRow, StreamRowOptions> {
  /** Deletes expired rows to free their space, the oldest first. Returns their number. */
  evictExpired(now: Int64 = Date.now(), max: number = ALL): number {
    return this.remove(RowAction.evictExpired, now, max);
  }

  protected override stored(row: Row, options: StreamRowOptions | undefined): StoredRow {
    const stored = super.stored(row, options);
    const { ttl } = options ?? {};
    if (ttl === undefined) return { ...stored, expiresAt: null };
    const life = wideTime(ttl);
    if (life < 0n) throw invalid(`ttl must be at least 0 milliseconds, not ${shown(ttl)}`);
    const end = stored.updated + life;
    return { ...stored, expiresAt: end > END_OF_TIME ? null : end };
  }

  protected override get fields(): readonly string[] {
    return NOW_AND_TTL;
  }

  /** A changed row keeps its expiry, unless the options set it. */
  protected override changed(before: StreamRow, row: Row, options: StreamRowOptions | undefined): StoredRow {
    const stored = this.stored(row, options);
    return options?.ttl === undefined ? { ...stored, expiresAt: before.expiresAt } : stored;
  }
}

function timeOf(options: RowOptions | undefined): bigint {
  return wideTime(options?.now === undefined ? Date.now() : options.now);
}
