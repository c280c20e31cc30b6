import { isBytes } from "../codec/foreign.js";
import { bytesKey } from "../codec/key.js";
import type { Context } from "../engine/context.js";
import type { TableHandle } from "../engine/handle.js";
import { checkArray, invalid, checkLimit, shown } from "../error/check.js";
import { KeyloftError } from "../error/error.js";
import { checkWrite } from "./batch.js";
import { type PartitionEntry, PartitionIterator } from "./partition-iterator.js";
import { checkQuery, type Query } from "./query.js";
import type { Shape } from "./shape.js";
import { Store } from "./store.js";
import { MAX_VALUE_LENGTH } from "../protocol/codes.generated.js";

/** A write of a batch on a partition. */
export type PartitionWrite = { type: "put"; key: Uint8Array; value: Uint8Array } | { type: "delete"; key: Uint8Array };

/** A range of a partition's keys, with a direction and a limit. */
export type Range = Query<Uint8Array, Uint8Array>;

const BYTES: Shape<Uint8Array, Uint8Array, Uint8Array, Uint8Array, PartitionEntry> = {
  key: bytesKey,
  write(writer, value) {
    if (!isBytes(value)) throw invalid(`a value of a partition must be a Uint8Array, not ${shown(value)}`);
    if (value.length > MAX_VALUE_LENGTH) throw new KeyloftError("ValueTooLong", `a value is ${value.length} bytes long, the limit is ${MAX_VALUE_LENGTH}: split it`);
    writer.raw(value);
  },
  read: (reader) => reader.rest(),
  entry: (key, value) => [key, value],
  keyless: false,
};

/** A partition: a key space of byte keys and byte values, in the order of the keys. Adapters can be built on it. */
export class Partition extends Store<Uint8Array, Uint8Array, Uint8Array, Uint8Array, PartitionEntry> {
  /** @internal */
  constructor(context: Context, handle: TableHandle) {
    super(context, handle, BYTES);
  }

  /** Returns an array that says for each key, in the given order, if it exists. */
  hasMany(keys: readonly Uint8Array[]): boolean[] {
    return this.getMany(keys).map((value) => value !== undefined);
  }

  /** Stores the value, or replaces the value of this key. */
  put(key: Uint8Array, value: Uint8Array): void {
    this.write(key, value, false);
  }

  /** Makes all writes in one transaction, in their order. */
  batch(writes: readonly PartitionWrite[]): void {
    checkArray(writes, "writes");
    this.batchOf(writes, (write) => checkWrite(write, ["put", "delete"]));
  }

  /** Deletes the entries of the range, and returns their number. */
  clear(range: Range = {}): number {
    return this.deleteRange(range);
  }

  /** Returns an iterator over the current state of the range. It returns entries one by one or in groups, and can seek. */
  iterator(range: Range = {}): PartitionIterator {
    checkQuery(range);
    return new PartitionIterator(this.scanSource(range), checkLimit(range.limit));
  }
}
