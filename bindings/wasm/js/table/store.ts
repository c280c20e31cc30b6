import type { KeyCodec } from "../codec/key.js";
import { isMalformed, type Reader } from "../codec/reader.js";
import type { Writer } from "../codec/writer.js";
import type { Context } from "../engine/context.js";
import type { TableHandle } from "../engine/handle.js";
import { readError } from "../engine/response.js";
import { checkArray, checkFields, invalid, checkLimit, shown } from "../error/check.js";
import { KeyloftError } from "../error/error.js";
import { BatchWrite, Op } from "../protocol/codes.generated.js";
import { Watch, type WatchOptions } from "../watch/watch.js";
import type { Write } from "./batch.js";
import type { KnownIndex } from "./known-index.js";
import { checkPage, type Page, type PageOptions, type ReadablePage } from "./page.js";
import { checkQuery, type Query, writeQuery } from "./query.js";
import { type ReadEntry, Scan, ScanIterator, type ScanSource } from "./scan.js";
import { checkComputable, SelectedIterator, type Selection } from "./selected.js";
import type { Shape } from "./shape.js";
import { spanOf } from "./span.js";
import { Index, type IndexAccess } from "./table-index.js";

const PAGE = 50;

/** The base of all tables: the reads, and the deletes. */
export abstract class Store<K, P, V, I, E> {
  /** @internal */
  protected readonly context: Context;
  /** @internal */
  protected readonly handle: TableHandle;
  /** @internal */
  protected readonly shape: Shape<K, P, V, I, E>;

  /** @internal */
  constructor(context: Context, handle: TableHandle, shape: Shape<K, P, V, I, E>) {
    this.context = context;
    this.handle = handle;
    this.shape = shape;
  }

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
    return this.scanOf(this.scanSource(query));
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

  /** @internal */
  protected watchOf<J, Q>(index: string | undefined, codec: KeyCodec<J, Q>, query: Query<J, Q>, options: WatchOptions): Watch<K, V, E> {
    checkFields(options, ["capacity"], "the options of a watch");
    const { snapshot, transaction } = this.context.source;
    if (snapshot !== 0 || transaction !== undefined) {
      const what = snapshot !== 0 ? "a snapshot never changes" : "a transaction can't be watched before its commit";
      throw new KeyloftError("UnwatchableQuery", `${what}: watch the store of the database`);
    }
    return new Watch(this.context, this.handle, options, {
      write: (writer) => {
        writer.optional(index, (name) => writer.text(name));
        writeQuery(writer, query, codec);
      },
      visibility: (writer) => this.visibility(writer),
      key: (reader, start, end) => this.shape.key.read(reader, start, end),
      value: (reader, key) => this.decode(reader, key),
      entry: (key, value) => this.shape.entry(key, value),
    });
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
  protected pageOf<J, Q>(index: string | undefined, codec: KeyCodec<J, Q>, options: PageOptions<J, Q>): Page<E> {
    return this.askPage(index, codec, options, false, (reader) => ({
      entries: this.readEntries(reader),
      next: reader.flag() ? reader.text() : undefined,
    }));
  }

  /** @internal */
  protected readablePageOf<J, Q>(index: string | undefined, codec: KeyCodec<J, Q>, options: PageOptions<J, Q>): ReadablePage<E> {
    const malformed: { key: K; stored: Uint8Array; error: unknown }[] = [];
    const page = this.askPage(index, codec, options, true, (reader): ReadablePage<E> => ({
      entries: this.readEntries(reader, (error, stored, key) => malformed.push({ key, stored, error })),
      next: reader.flag() ? reader.text() : undefined,
      skipped: Array.from({ length: reader.u32() }, () => ({ key: reader.bytes(), error: readError(reader) })),
    }));
    for (const { key, stored, error } of malformed) page.skipped.push({ key: stored, error: this.explainedError(error, key) as KeyloftError });
    return page;
  }

  private askPage<J, Q, T>(index: string | undefined, codec: KeyCodec<J, Q>, options: PageOptions<J, Q>, stepsOver: boolean, read: (reader: Reader) => T): T {
    checkPage(options);
    const { cursor, limit: most = PAGE, ...query } = options;
    const limit = checkLimit(most) ?? 2 ** 32 - 1;
    if (limit === 0) throw invalid("the limit of a page must be at least 1, not 0");
    if (cursor !== undefined && typeof cursor !== "string") throw invalid(`a cursor must be a string, not ${shown(cursor)}`);
    return this.call(
      Op.page,
      (writer) => {
        this.visibility(writer);
        writer.optional(index, (name) => writer.text(name));
        writeQuery(writer, query, codec);
        writer.u32(limit);
        writer.optional(cursor, (text) => writer.text(text));
        writer.flag(stepsOver);
      },
      read,
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
      scan: (query) => this.scanOf({ ...this.scanSource({}), write: (writer) => writeBy(writer, query) }),
      page: (options) => this.pageOf(name, codec, options),
      pageReadable: (options) => this.readablePageOf(name, codec, options),
      count: (query) => this.call(Op.count, (writer) => writeBy(writer, query), (reader) => reader.count()),
      missing: (query) => this.missingIn(index, query as Query<K, P>),
      watch: (query, options = {}) => this.watchOf(name, codec, query, options),
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
    return this.selectedBy({ conditions, filters: 0, order: undefined, reverse, limit: checkLimit(limit) });
  }

  /** Returns the entities of the selection. @internal */
  protected selectedBy(selection: Selection): Scan<E> {
    checkComputable(selection);
    return new Scan(() => new SelectedIterator(this.scanSource({}), selection));
  }

  private scanOf(source: ScanSource<E>): Scan<E> {
    return new Scan(() => new ScanIterator(source, true));
  }

  /** @internal */
  protected act<T>(action: number, key: K | undefined, write: (writer: Writer) => void, read: (reader: Reader) => T): T {
    return this.call(
      Op.act,
      (writer) => {
        writer.u8(action);
        writer.optional(key, (key) => this.writeKey(writer, key));
        write(writer);
      },
      read,
    );
  }

  /** @internal */
  protected call<T>(op: number, write: (writer: Writer) => void, read: (reader: Reader) => T): T {
    return this.context.call(op, this.handle.number(this.context), write, read);
  }

  /** @internal */
  protected scanSource(query: Query<K, P>): ScanSource<E> {
    const { shape } = this;
    const read: ReadEntry<E> = (reader, keyStart, keyEnd) => {
      const key = shape.keyless ? (undefined as K) : shape.key.read(reader, keyStart, keyEnd);
      try {
        const value = shape.read(reader, key);
        reader.expectEnd();
        return shape.entry(key, value);
      } catch (error) {
        throw this.explainedError(error, shape.key.read(reader, keyStart, keyEnd));
      }
    };
    return {
      context: this.context,
      valued: [],
      handle: () => this.handle.number(this.context),
      writeVisibility: (writer) => this.visibility(writer),
      write: (writer) => {
        this.visibility(writer);
        writer.u8(0);
        writeQuery(writer, query, shape.key);
      },
      read,
    };
  }

  /** Writes the flag that shows soft-deleted rows. @internal */
  protected visibility(writer: Writer): void {
    writer.u8(0);
  }

  /** @internal */
  protected decode(reader: Reader, key: K): V {
    try {
      const value = this.shape.read(reader, key);
      reader.expectEnd();
      return value;
    } catch (error) {
      throw this.explainedError(error, key);
    }
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

  /** @internal */
  protected readEntries(reader: Reader, stepOver?: (error: unknown, stored: Uint8Array, key: K) => void): E[] {
    const { end } = reader;
    const { shape } = this;
    const entries: E[] = [];
    for (let left = reader.u32(); left > 0; left--) {
      const keyLength = reader.u32();
      const keyStart = reader.pos;
      const key = shape.key.read(reader, keyStart, keyStart + keyLength);
      reader.pos = keyStart + keyLength;
      const length = reader.u32();
      const next = reader.pos + length;
      reader.narrow(reader.pos, next);
      if (stepOver === undefined) entries.push(shape.entry(key, this.decode(reader, key)));
      else {
        try {
          const value = shape.read(reader, key);
          reader.expectEnd();
          entries.push(shape.entry(key, value));
        } catch (error) {
          stepOver(error, reader.buffer.slice(keyStart, keyStart + keyLength), key);
        }
      }
      reader.narrow(next, end);
    }
    return entries;
  }

  private writeKey(writer: Writer, key: K): void {
    const start = writer.beginBytes();
    this.shape.key.write(writer, key);
    writer.endBytes(start);
  }

  /** Returns the library's error of stored bytes that can't be decoded, which names the place. */
  private explainedError(error: unknown, key: K): unknown {
    if (!isMalformed(error)) return error;
    try {
      this.call(Op.explain, (writer) => this.shape.key.write(writer, key), () => undefined);
    } catch (explanation) {
      return explanation;
    }
    return new KeyloftError("Decode", `the value of key ${shown(key)} can't be decoded`, { cause: error });
  }
}
