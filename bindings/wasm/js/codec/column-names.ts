import type { Reader } from "./reader.js";
import { Writer } from "./writer.js";

/** The limits of the cache: all sequences of names, the names after one sequence, and the bytes of a name. */
const MAX_SEQUENCES = 4096;

const MAX_NEXT = 8;

const MAX_NAME = 64;

let remembered = 0;

/**
 * A sequence of column names that was read before. Most rows of a table have the same columns. So the next name is
 * compared with the name that followed the last time, and decoded only if it differs.
 */
export class ColumnNames {
  /** The last name of the sequence. */
  readonly name: string;
  /** Its bytes, after their length, and where they begin. */
  private readonly bytes: Uint8Array;
  private readonly start: number;
  /** The bytes again, in words of four. */
  private readonly words: readonly number[];
  /** The name that followed the last time, and all names that followed so far. */
  private likely: ColumnNames | undefined;
  private readonly after: ColumnNames[] = [];

  constructor(name = "", bytes: Uint8Array = new Uint8Array(0), start = 0) {
    this.name = name;
    this.bytes = bytes;
    this.start = start;
    this.words = words(bytes);
  }

  /** Returns this sequence with the name at the reader's position. Throws if the names do not ascend. */
  next(reader: Reader): ColumnNames {
    const { likely } = this;
    return likely !== undefined && reader.skipIf(likely.bytes, likely.words) ? likely : this.other(reader);
  }

  private other(reader: Reader): ColumnNames {
    for (const known of this.after) {
      if (reader.skipIf(known.bytes, known.words)) {
        this.likely = known;
        return known;
      }
    }
    const from = reader.pos;
    const length = reader.length();
    const start = reader.pos;
    reader.pos += length;
    const next = new ColumnNames(internalized(reader.decode(start, reader.pos)), reader.buffer.slice(from, reader.pos), start - from);
    if (this.bytes.length > 0 && !next.isAfter(this)) throw reader.malformed();
    if (length <= MAX_NAME && this.after.length < MAX_NEXT && remembered < MAX_SEQUENCES) {
      remembered++;
      this.after.push(next);
      this.likely = next;
    }
    return next;
  }

  /** Returns `true` if this name comes after the other. */
  private isAfter({ bytes, start }: ColumnNames): boolean {
    const ours = this.bytes.length - this.start;
    const theirs = bytes.length - start;
    for (let i = 0; i < Math.min(ours, theirs); i++) {
      const difference = (this.bytes[this.start + i] as number) - (bytes[start + i] as number);
      if (difference !== 0) return difference > 0;
    }
    return ours > theirs;
  }
}

function words(bytes: Uint8Array): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length >> 2 }, (_, i) => view.getInt32(4 * i));
}

let none = new ColumnNames();

/** Returns the empty sequence. */
export function noColumnNames(): ColumnNames {
  // A cache becomes full when all rows differ. Then it is of no use.
  if (remembered === MAX_SEQUENCES) {
    none = new ColumnNames();
    remembered = 0;
  }
  return none;
}

/** Returns the name as an interned string, which engines use as a property name without a lookup. */
function internalized(name: string): string {
  return Object.keys({ [name]: 0 })[0] as string;
}

/** The name of a column, and its bytes after their length. */
export interface Column {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The columns of the previous row, at each depth: in the row's order, and in the stored order. */
const written: { names: readonly string[]; columns: readonly Column[] }[] = [];

/** Returns the columns of these names in the stored order. */
export function columnsOf(names: readonly string[], depth: number): readonly Column[] {
  const before = written[depth];
  if (before !== undefined && isEqual(before.names, names)) return before.columns;
  const columns = sorted(names).map((name): Column => {
    const writer = new Writer();
    writer.string(name, "a column's name");
    return { name, bytes: writer.written() };
  });
  written[depth] = { names, columns };
  return columns;
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function sorted(names: readonly string[]): readonly string[] {
  // Strings are compared by UTF-16 by default. Without surrogates, that is the order of their UTF-8.
  return [...names].sort(names.some((name) => /[\ud800-\uffff]/.test(name)) ? compareUtf8 : undefined);
}

function compareUtf8(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i] as string).codePointAt(0)! - (right[i] as string).codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
