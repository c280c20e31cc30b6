import type { KeyCodec } from "../codec/key.js";
import { isMalformed, type Reader } from "../codec/reader.js";
import type { Writer } from "../codec/writer.js";
import type { Context } from "../engine/context.js";
import type { TableHandle } from "../engine/handle.js";
import { readError } from "../engine/response.js";
import { checkFields, invalid, checkLimit, shown } from "../error/check.js";
import { KeyloftError } from "../error/error.js";
import type { Live } from "../live/live.js";
import { Op } from "../protocol/codes.generated.js";
import { Watch, type WatchOptions } from "../watch/watch.js";
import { checkPage, type Page, type PageOptions, type ReadablePage } from "./page.js";
import { type Query, writeQuery } from "./query.js";
import { type ReadEntry, Scan, ScanIterator, type ScanSource } from "./scan.js";
import { checkComputable, SelectedIterator, type Selection } from "./selected.js";
import type { Shape } from "./shape.js";

const PAGE = 50;

/** A table of the engine: the requests for it, and the decoding of their answers. */
export abstract class EngineTable<K, P, V, I, E> {
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

  /** Writes the flag that shows soft-deleted rows. @internal */
  protected visibility(writer: Writer): void {
    writer.u8(0);
  }

  /** @internal */
  protected writeKey(writer: Writer, key: K): void {
    const start = writer.beginBytes();
    this.shape.key.write(writer, key);
    writer.endBytes(start);
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

  /** Returns the library's error of stored bytes that can't be decoded, which names the place. @internal */
  protected explainedError(error: unknown, key: K): unknown {
    if (!isMalformed(error)) return error;
    try {
      this.call(Op.explain, (writer) => this.shape.key.write(writer, key), () => undefined);
    } catch (explanation) {
      return explanation;
    }
    return new KeyloftError("Decode", `the value of key ${shown(key)} can't be decoded`, { cause: error });
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

  /** @internal */
  protected scanOf(source: ScanSource<E>, live: () => Live<readonly E[]>): Scan<E> {
    return new Scan(() => new ScanIterator(source, true), live);
  }

  /** Returns the entities of the selection. @internal */
  protected selectedBy(selection: Selection, live: () => Live<readonly E[]>): Scan<E> {
    checkComputable(selection);
    return new Scan(() => new SelectedIterator(this.scanSource({}), selection), live);
  }

  /** @internal */
  protected watchOf<J, Q>(index: string | undefined, codec: KeyCodec<J, Q>, query: Query<J, Q>, options: WatchOptions): Watch<K, V, E> {
    if (options?.live !== true) checkFields(options, ["capacity"], "the options of a watch");
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

  /** @internal */
  protected pageOf<J, Q>(index: string | undefined, codec: KeyCodec<J, Q>, options: PageOptions<J, Q>): Page<E> {
    return this.askPage(index, codec, options, false, (reader) => ({
      entries: this.readEntries(reader),
      cursor: reader.flag() ? reader.text() : undefined,
    }));
  }

  /** @internal */
  protected readablePageOf<J, Q>(index: string | undefined, codec: KeyCodec<J, Q>, options: PageOptions<J, Q>): ReadablePage<E> {
    const malformed: { key: K; stored: Uint8Array; error: unknown }[] = [];
    const page = this.askPage(index, codec, options, true, (reader): ReadablePage<E> => ({
      entries: this.readEntries(reader, (error, stored, key) => malformed.push({ key, stored, error })),
      cursor: reader.flag() ? reader.text() : undefined,
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
}
