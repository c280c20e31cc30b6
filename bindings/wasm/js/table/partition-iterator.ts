import { bytesKey } from "../codec/key.js";
import { KeyloftError } from "../error/error.js";
import { Op } from "../protocol/codes.generated.js";
import { ScanIterator, type ScanSource } from "./scan.js";

/** An entry of a partition. */
export type PartitionEntry = [key: Uint8Array, value: Uint8Array];

/** An iterator over a partition that can seek. `return` releases its resources, and so does garbage collection. */
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

  /** Continues at this key, or at the next one in the direction of the iteration. A key outside of the range ends it. */
  seek(key: Uint8Array): void {
    if (this.number === 0) throw new KeyloftError("Closed", "the iterator has ended");
    this.source.context.call(
      Op.seek,
      this.number,
      (writer) => {
        const start = writer.beginBytes();
        bytesKey.write(writer, key);
        writer.endBytes(start);
        writer.optional(this.remaining, (limit) => writer.u32(limit));
      },
      () => undefined,
    );
    this.restart();
  }

  /** A seek may continue the iteration. */
  protected override exhausted(): void {}
}
