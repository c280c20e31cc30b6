import { bytesKey, type KeyCodec } from "../codec/key.js";
import type { Writer } from "../codec/writer.js";
import { checkArray, checkLimit, invalid } from "../error/check.js";
import type { Live } from "../live/live.js";
import { LIVE, liveCount, liveEntity, liveList, liveReading } from "./live-queries.js";
import { BatchWrite, Op } from "../protocol/codes.generated.js";
import type { Watch, WatchOptions } from "../watch/watch.js";
import type { Write } from "./batch.js";
import { EngineTable } from "./engine-table.js";
import type { KnownIndex } from "./known-index.js";
import type { Page, PageOptions, ReadablePage } from "./page.js";
import { checkQuery, type Query, writeQuery } from "./query.js";
import type { Scan } from "./scan.js";
import { spanOf } from "./span.js";
import { Index, type IndexAccess } from "./table-index.js";

/** The base of all tables: the reads, and the deletes. */
export abstract class Store<K, P, V, I, E> extends EngineTable<K, P, V, I, E> {
  /** Returns the entity stored under the key. */
  get(key: K): V | undefined {
    return this.read(key, false);
  }

  /** Returns the entity stored under the key. If there is none, it fails with the code `NotFound`. */
  require(key: K): V {
    return this.read(key, true) as V;
  }

  /** Returns the entities stored under the keys, in the order of the keys. */
  getMany(keys: readonly K[]): (V | undefined)[] {
    checkArray(keys, "keys");
    const asked = [...keys];
    return this.call(
      Op.getMany,
      (writer) => {
        this.visibility(writer);
        writer.u32(asked.length);
        for (const key of asked) this.writeKey(writer, key);
      },
      (reader) => {
        const { end } = reader;
        return asked.map((key) => {
          if (!reader.flag()) return undefined;
          const length = reader.u32();
          const next = reader.pos + length;
          reader.narrow(reader.pos, next);
          const value = this.decode(reader, key);
          reader.narrow(next, end);
          return value;
        });
      },
    );
  }

  /** Returns `true` if the key exists. */
  has(key: K): boolean {
    return this.call(
      Op.has,
      (writer) => {
        this.visibility(writer);
        this.shape.key.write(writer, key);
      },
      (reader) => reader.flag(),
    );
  }

  /** Returns the number of entities of the query. */
  count(query: Query<K, P> = {}): number {
    return this.call(
      Op.count,
      (writer) => {
        this.visibility(writer);
        writer.u8(0);
        writeQuery(writer, query, this.shape.key);
      },
      (reader) => reader.count(),
    );
  }

  /** Returns the first entity of the query. */
  first(query: Query<K, P> = {}): E | undefined {
    checkQuery(query);
    const { limit = 1, ...rest } = query;
    return checkLimit(limit) === 0 ? undefined : this.page({ ...rest, limit: 1 }).entries[0];
  }

  /** Returns the last entity of the query. */
  last(query: Omit<Query<K, P>, "limit"> & { limit?: undefined } = {}): E | undefined {
    checkQuery(query);
    if (query.limit !== undefined) throw invalid("`last` takes a query without a limit: leave it out");
    return this.first({ ...query, reverse: query.reverse !== true });
  }

  /** Returns the entities of the query, one by one. */
  scan(query: Query<K, P> = {}): Scan<E> {
    return this.scanOf(this.scanSource(query), () => liveList(query, (limited) => this.watch(limited as Query<K, P>, LIVE)));
  }

  /** Returns the entity stored under the key, kept up to date: see `Live`. */
  liveGet(key: K): Live<V | undefined> {
    return liveEntity(key, (query) => this.watch(query as Query<K, P>, LIVE));
  }

  /** Returns the number of entities of the query, kept up to date: see `Live`. */
  liveCount(query: Query<K, P> = {}): Live<number> {
    return liveCount(query, (limited) => this.watch(limited as Query<K, P>, LIVE));
  }

  /** Returns a page of the query. */
  page(options: PageOptions<K, P> = {}): Page<E> {
    return this.pageOf(undefined, this.shape.key, options);
  }

  /**
   * Returns a page that steps over entities that can't be read, and lists them in `skipped`. It has at most `limit` entities,
   * read and skipped ones together.
   */
  pageReadable(options: PageOptions<K, P> = {}): ReadablePage<E> {
    return this.readablePageOf(undefined, this.shape.key, options);
  }

  /**
   * Returns the result of the query and then its changes, as an asynchronous iterator. The watch ends when the loop over it
   * ends or the database is closed. The changes to a query with a limit have places in a list of its result: see `WatchEvent`.
   *
   * A snapshot or a transaction can't be watched.
   */
  watch(query: Query<K, P> = {}, options: WatchOptions = {}): Watch<K, V, E> {
    return this.watchOf(undefined, this.shape.key, query, options);
  }

  /** Deletes the visible entities of the query, and returns their number. */
  deleteRange(query: Query<K, P> = {}): number {
    return this.context.callMany(
      Op.deleteRange,
      this.handle.number(this.context),
      (writer) => {
        this.visibility(writer);
        writer.u8(0);
        writeQuery(writer, query, this.shape.key);
      },
      (reader) => reader.count(),
    );
  }

  /** Deletes the entity stored under the key. Returns `false` if there was none. */
  delete(key: K): boolean {
    return this.call(
      Op.delete,
      (writer) => this.shape.key.write(writer, key),
      (reader) => reader.flag(),
    );
  }

  /** Deletes the entities stored under the keys in one transaction, and returns their number. */
  deleteMany(keys: readonly K[]): number {
    checkArray(keys, "keys");
    return this.batchOf(keys, (key) => ({ type: "delete", key }));
  }

  /**
   * Deletes an entity that can't be read, without reading it. `stored` is its key as it is stored, which `pageReadable` lists in
   * `skipped`. It reads whole indexes to find its entries. Returns `false` if there was none.
   */
  discard(stored: Uint8Array): boolean {
    return this.call(
      Op.discard,
      (writer) => bytesKey.write(writer, stored),
      (reader) => reader.flag(),
    );
  }

  /** @internal */
  protected write(key: K, value: I, isInsert: boolean): void {
    this.call(
      Op.put,
      (writer) => {
        writer.flag(isInsert);
        this.writeKey(writer, key);
        this.shape.write(writer, value);
      },
      () => undefined,
    );
  }

  /** @internal */
  protected batchOf<T>(items: Iterable<T>, write: (item: T) => Write<K, I>): number {
    return this.context.callMany(
      Op.batch,
      this.handle.number(this.context),
      (writer) => {
        const start = writer.pos;
        writer.u32(0);
        let count = 0;
        for (const item of items) {
          count++;
          const step = write(item);
          writer.u8(step.type === "delete" ? BatchWrite.delete : step.type === "insert" ? BatchWrite.insert : BatchWrite.put);
          this.writeKey(writer, step.key);
          if (step.type === "delete") continue;
          const value = writer.beginBytes();
          this.shape.write(writer, step.value);
          writer.endBytes(value);
        }
        writer.need(0);
        writer.setU32(start, count);
      },
      (reader) => reader.count(),
    );
  }

  /** @internal */
  protected index<J, Q>(name: string, codec: KeyCodec<J, Q>): Index<J, Q, E, K, V> {
    return new Index(this.indexOn({ name, unique: false, each: false, computed: false, codec: codec as KeyCodec<unknown, unknown> }));
  }

  /** Returns the reads and the deletion by an index. @internal */
  protected indexOn<J, Q>(index: KnownIndex): IndexAccess<J, Q, E, K, V> {
    const { name } = index;
    const codec = index.codec as KeyCodec<J, Q>;
    const writeBy = (writer: Writer, query: Query<J, Q>): void => {
      this.visibility(writer);
      writer.u8(1);
      writer.text(name);
      writeQuery(writer, query, codec);
    };
    const watch = (query: Query<J, Q>, options: WatchOptions = {}): Watch<K, V, E> => this.watchOf(name, codec, query, options);
    return {
      findAll: (value) =>
        this.call(
          Op.findAll,
          (writer) => {
            this.visibility(writer);
            writer.text(name);
            codec.write(writer, value);
          },
          (reader) => this.readEntries(reader),
        ),
      scan: (query) =>
        this.scanOf({ ...this.scanSource({}), write: (writer) => writeBy(writer, query) }, () => liveList(query, (limited) => watch(limited as Query<J, Q>, LIVE))),
      page: (options) => this.pageOf(name, codec, options),
      pageReadable: (options) => this.readablePageOf(name, codec, options),
      count: (query) => this.call(Op.count, (writer) => writeBy(writer, query), (reader) => reader.count()),
      missing: (query) => this.missingIn(index, query as Query<K, P>),
      watch,
      liveCount: (query) => liveCount(query, (limited) => watch(limited as Query<J, Q>, LIVE)),
      deleteRange: (query) =>
        this.context.callMany(Op.deleteRange, this.handle.number(this.context), (writer) => writeBy(writer, query), (reader) => reader.count()),
    };
  }

  /** Returns the entities of the query that have no value in the index. */
  private missingIn(index: KnownIndex, query: Query<K, P>): Scan<E> {
    checkQuery(query);
    const { reverse = false, limit, ...range } = query;
    const conditions = [
      { index: undefined, span: spanOf(range, this.shape.key) },
      { index, span: undefined },
    ];
    const missing = this.selectedBy({ conditions, filters: 0, order: undefined, reverse, limit: checkLimit(limit) }, () =>
      liveReading(range, (whole) => this.watch(whole as Query<K, P>, LIVE), () => missing.toArray()),
    );
    return missing;
  }

  private read(key: K, must: boolean): V | undefined {
    return this.call(
      Op.get,
      (writer) => {
        this.visibility(writer);
        writer.flag(must);
        this.shape.key.write(writer, key);
      },
      (reader) => (reader.flag() ? this.decode(reader, key) : undefined),
    );
  }
}
