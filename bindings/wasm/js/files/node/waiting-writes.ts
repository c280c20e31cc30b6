import { writeSync } from "node:fs";

/** The most bytes that wait. */
const CAPACITY = 1 << 20;

/** The buffer in which neighbours are joined, which all files use in turn. */
let joined = new Uint8Array(0);

/** A waiting write: its offset in the file, and its bytes in the buffer. */
interface Waiting {
  readonly at: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The writes of a file that wait to be joined. A commit writes each page by itself, in no order. Written together, pages that are
 * neighbours in the file take one call of the system instead of one each.
 */
export class WaitingWrites {
  /** The buffer is made with the first write, because many files are only read. */
  private bytes = new Uint8Array(0);
  private used = 0;
  private readonly all: Waiting[] = [];

  /** Keeps a copy of the bytes. Returns `false` if there is no room. */
  add(from: Uint8Array, at: number): boolean {
    const start = this.used;
    const end = start + from.length;
    if (end > CAPACITY) return false;
    if (this.bytes.length === 0) this.bytes = new Uint8Array(CAPACITY);
    this.bytes.set(from, start);
    this.used = end;
    this.all.push({ at, start, end });
    return true;
  }

  /** Writes all waiting bytes to the file. After an error they don't wait any more. */
  write(descriptor: number): void {
    if (this.used === 0) return;
    const all = this.all.splice(0);
    this.used = 0;
    const inOrder = [...all].sort((a, b) => a.at - b.at);
    // The last of two writes to one place counts, so such writes keep their order.
    const overlap = inOrder.some(({ at }, i) => i > 0 && at < endOf(inOrder[i - 1] as Waiting));
    if (joined.length === 0) joined = new Uint8Array(CAPACITY);
    let from = 0;
    let to = 0;
    let position = 0;
    for (const next of overlap ? all : inOrder) {
      if (next.at !== position + (to - from)) {
        writeAll(descriptor, joined.subarray(from, to), position);
        from = to;
        position = next.at;
      }
      joined.set(this.bytes.subarray(next.start, next.end), to);
      to += next.end - next.start;
    }
    writeAll(descriptor, joined.subarray(from, to), position);
  }
}

function endOf({ at, start, end }: Waiting): number {
  return at + (end - start);
}

function writeAll(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
}
