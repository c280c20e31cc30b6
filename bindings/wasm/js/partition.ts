import type { Context, Handle } from "./context.js";
import { invalid, KeyloftError, shown } from "./error.js";
import { bytesKey } from "./key.js";
import { Op } from "./port.js";
import { checkQuery, limitOf, type Query } from "./query.js";
import { ScanIterator, type ScanSource } from "./scan.js";
import { array, checkWrite, type Shape, Store } from "./store.js";

/** A write of a batch on a partition. */
export type PartitionWrite = { type: "put"; key: Uint8Array; value: Uint8Array } | { type: "delete"; key: Uint8Array };

/** Which keys of a partition, in which direction, how many. */
export type Range = Query<Uint8Array, Uint8Array>;

/** An entry of a partition. */
export type PartitionEntry = [key: Uint8Array, value: Uint8Array];

/** The longest value, in bytes. A longer one is not even copied. */
const MAX_VALUE = 256 << 20;

const BYTES: Shape<Uint8Array, Uint8Array, Uint8Array, Uint8Array, PartitionEntry> = {
  key: bytesKey,
  write(writer, value) {
    if (!(value instanceof Uint8Array)) throw invalid(`a value is a Uint8Array here, not ${shown(value)}`);
    if (value.length > MAX_VALUE) throw new KeyloftError("ValueTooLong", `a value of ${value.length} bytes is too long: at most ${MAX_VALUE} bytes, split it`);
    writer.raw(value);
  },
  read: (reader) => reader.rest(),
  entry: (key, value) => [key, value],
  keyless: false,
};

/** Bytes under bytes, in the order of the keys: what other stores can be built on. */
export class Partition extends Store<Uint8Array, Uint8Array, Uint8Array, Uint8Array, PartitionEntry> {
  /** @internal */
  constructor(context: Context, handle: Handle) {
    super(context, handle, BYTES);
  }

  /** Whether the keys are there, each in its key's place. */
  hasMany(keys: readonly Uint8Array[]): boolean[] {
    return this.getMany(keys).map((value) => value !== undefined);
  }

  /** Stores the value, whether the key is there or not. */
  put(key: Uint8Array, value: Uint8Array): void {
    this.write(key, value, false);
  }

  /** Makes all of these writes, in their order, or none. */
  batch(writes: readonly PartitionWrite[]): void {
    array(writes, "writes");
    this.batchOf(writes, (write) => checkWrite(write, ["put", "delete"]));
  }

  /** Removes the entries of the range; how many they were. */
  clear(range: Range = {}): number {
    return this.deleteRange(range);
  }

  /** The entries of the range, as they are now, one by one, in pieces, or from another key on. */
  iterator(range: Range = {}): PartitionIterator {
    checkQuery(range);
    return new PartitionIterator(this.scanSource(range), limitOf(range.limit));
  }
}

/** An iteration over a partition that can go on elsewhere. `return` ends it, and so does being collected. */
export class PartitionIterator extends ScanIterator<PartitionEntry> {
  private remaining: number | undefined;

  /** @internal */
  constructor(source: ScanSource<PartitionEntry>, limit: number | undefined) {
    super(source, false);
    this.remaining = limit;
  }

  override next(): IteratorResult<PartitionEntry, undefined> {
    const result = super.next();
    if (result.done !== true && this.remaining !== undefined) this.remaining--;
    return result;
  }

  override take(count: number): PartitionEntry[] {
    const entries = super.take(count);
    if (this.remaining !== undefined) this.remaining -= entries.length;
    return entries;
  }

  /** Goes on at this key, or at the next one in the iteration's direction; out of the range, it is through. */
  seek(key: Uint8Array): void {
    if (this.number === 0) throw new KeyloftError("Closed", "the iterator has ended");
    this.source.context.call(
      Op.seek,
      this.number,
      (writer) => {
        const start = writer.open();
        bytesKey.write(writer, key);
        writer.close(start);
        writer.optional(this.remaining, (limit) => writer.u32(limit));
      },
      () => undefined,
    );
    this.restart();
  }

  /** It may go on after a seek. */
  protected override through(): void {}
}
