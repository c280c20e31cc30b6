import { Reader } from "../codec/reader.js";
import type { Writer } from "../codec/writer.js";
import type { Context } from "../engine/context.js";
import { invalid, shown } from "../error/check.js";
import type { Live } from "../live/live.js";
import { dispose } from "../platform/dispose.js";
import { Resource, Op } from "../protocol/codes.generated.js";

/**
 * Reads one entity, with the reader at its payload. `values` are its values in the indexes that the source names. It returns
 * `undefined` for an entity that is left out.
 */
export type ReadEntry<E> = (reader: Reader, keyStart: number, keyEnd: number, values: readonly (readonly Uint8Array[])[]) => E | undefined;

const NONE: readonly never[] = [];

/** The source of a scan. */
export interface ScanSource<E> {
  readonly context: Context;
  /** The indexes whose values the engine reads too. */
  readonly valued: readonly string[];
  handle(): number;
  /** Writes what is scanned. */
  write(writer: Writer): void;
  /** Writes the flag that shows soft-deleted rows. */
  writeVisibility(writer: Writer): void;
  read: ReadEntry<E>;
}

/**
 * The entities of a query. Each iteration, by `for`, `for await` or `toArray`, shows the state of the database at its
 * beginning. In a transaction it shows the transaction's state at its beginning.
 */
export class Scan<E> implements Iterable<E>, AsyncIterable<E> {
  private readonly begin: () => ScanIterator<E>;
  private readonly beginLive: () => Live<readonly E[]>;

  /** @internal */
  constructor(begin: () => ScanIterator<E>, beginLive: () => Live<readonly E[]>) {
    this.begin = begin;
    this.beginLive = beginLive;
  }

  [Symbol.iterator](): ScanIterator<E> {
    return this.begin();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<E, undefined, undefined> {
    yield* this.begin();
    return undefined;
  }

  /** Returns all entities. */
  toArray(): E[] {
    return [...this];
  }

  /** Returns the entities as a list that is kept up to date: see `Live`. A snapshot or a transaction has none. */
  live(): Live<readonly E[]> {
    return this.beginLive();
  }
}

/** An iterator of a scan. It holds a snapshot until it is complete, `return` is called, or it is garbage-collected. */
export class ScanIterator<E> implements IterableIterator<E, undefined> {
  protected readonly source: ScanSource<E>;
  private readonly reader = new Reader(new Uint8Array(0));
  /** The position of the next entity in the chunk, and the number of entities left. */
  private at = 0;
  private left = 0;
  /** Set while the engine may have more. */
  protected more: boolean;
  /** The number of the scan in the engine; 0 if it has ended. */
  protected number = 0;

  /** @internal */
  constructor(source: ScanSource<E>, ahead: boolean) {
    this.source = source;
    const { context } = source;
    const handle = source.handle();
    this.number = context.call(
      Op.scan,
      handle,
      (writer) => {
        source.write(writer);
        writer.flag(ahead);
        writer.u32(source.valued.length);
        for (const index of source.valued) writer.text(index);
      },
      (reader) => {
        const number = reader.u32();
        if (ahead) this.load(reader);
        return number;
      },
    );
    this.more = this.number !== 0;
    if (this.more) context.driver.follow(this, Resource.scan, this.number);
  }

  next(): IteratorResult<E, undefined> {
    for (;;) {
      while (this.left === 0) {
        if (!this.more) return { done: true, value: undefined };
        this.fetch();
      }
      this.source.context.check();
      const value = this.read();
      if (value !== undefined) return { done: false, value };
    }
  }

  return(): IteratorReturnResult<undefined> {
    this.left = 0;
    this.end();
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }

  [dispose](): void {
    this.return();
  }

  /** Returns the next entities, up to `count`; fewer only at the end. */
  take(count: number): E[] {
    if (typeof count !== "number" || !(count >= 0)) throw invalid(`the count must be a number of at least 0, not ${shown(count)}`);
    const entities: E[] = [];
    if (this.left > 0) this.source.context.check();
    while (entities.length < count) {
      if (this.left > 0) this.readInto(entities);
      else if (this.more) this.fetch();
      else break;
    }
    return entities;
  }

  /** Returns the next chunk of the engine, and whether there may be more. @internal */
  chunk(): { entities: E[]; more: boolean } {
    if (this.left === 0 && this.more) this.fetch();
    const entities: E[] = [];
    if (this.left > 0) this.source.context.check();
    while (this.left > 0) this.readInto(entities);
    return { entities, more: this.more };
  }

  /** Keeps the chunk that the response holds. */
  private load(reader: Reader): void {
    this.left = reader.u32();
    this.at = 0;
    this.reader.reset(reader.rest(), 0, 0);
  }

  /** Drops the chunk, and asks the engine again. */
  protected restart(): void {
    this.left = 0;
    this.more = this.number !== 0;
  }

  /** Called when the engine has no more. */
  protected exhausted(): void {
    this.end();
  }

  protected end(): void {
    this.more = false;
    if (this.number === 0) return;
    const { number } = this;
    this.number = 0;
    this.source.context.driver.drop(this, Resource.scan, number);
  }

  private fetch(): void {
    this.more = this.source.context.call(
      Op.next,
      this.number,
      () => undefined,
      (reader) => {
        const more = reader.u32() !== 0;
        this.load(reader);
        return more;
      },
    );
    if (!this.more) this.exhausted();
  }

  private readInto(entities: E[]): void {
    const entity = this.read();
    if (entity !== undefined) entities.push(entity);
  }

  private read(): E | undefined {
    const { reader, source } = this;
    reader.end = reader.buffer.length;
    reader.pos = this.at;
    const keyLength = reader.u32();
    const keyStart = reader.pos;
    const keyEnd = keyStart + keyLength;
    reader.pos = keyEnd;
    const length = reader.u32();
    const start = reader.pos;
    const end = start + length;
    reader.pos = end;
    const values = source.valued.length === 0 ? NONE : source.valued.map(() => Array.from({ length: reader.u32() }, () => reader.bytes()));
    this.at = reader.pos;
    this.left--;
    reader.narrow(start, end);
    return source.read(reader, keyStart, keyEnd, values);
  }
}
