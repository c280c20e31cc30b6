import type { Reader } from "./reader.js";
import { Writer } from "./writer.js";

/** How many sequences of names are remembered, and how many names after one. A name that is longer is none of them. */
const MOST = 4096;

const MOST_AFTER = 8;

const LONGEST = 64;

let remembered = 0;

/**
 * The names of columns, as far as they were read: where they were read before, the next name is not decoded but
 * compared. Rows of a table are mostly alike.
 */
export class ColumnNames {
  /** The last of the names. */
  readonly name: string;
  /** Its bytes, with their length before them, and where they begin. */
  private readonly bytes: Uint8Array;
  private readonly start: number;
  /** The bytes again, four by four. */
  private readonly words: readonly number[];
  /** What was read next the last time, and ever. */
  private likely: ColumnNames | undefined;
  private readonly after: ColumnNames[] = [];

  constructor(name = "", bytes: Uint8Array = new Uint8Array(0), start = 0) {
    this.name = name;
    this.bytes = bytes;
    this.start = start;
    this.words = words(bytes);
  }

  /** These columns and the one whose name the reader is at. Names that do not rise are refused. */
  next(reader: Reader): ColumnNames {
    const { likely } = this;
    return likely !== undefined && reader.pass(likely.bytes, likely.words) ? likely : this.other(reader);
  }

  private other(reader: Reader): ColumnNames {
    for (const known of this.after) {
      if (reader.pass(known.bytes, known.words)) {
        this.likely = known;
        return known;
      }
    }
    const from = reader.pos;
    const length = reader.length();
    const start = reader.pos;
    reader.pos += length;
    const next = new ColumnNames(key(reader.decode(start, reader.pos)), reader.buffer.slice(from, reader.pos), start - from);
    if (this.bytes.length > 0 && !next.rises(this)) throw reader.malformed();
    if (length <= LONGEST && this.after.length < MOST_AFTER && remembered < MOST) {
      remembered++;
      this.after.push(next);
      this.likely = next;
    }
    return next;
  }

  /** Whether the name comes after that one. */
  private rises({ bytes, start }: ColumnNames): boolean {
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

/** No columns yet. */
export function noColumnNames(): ColumnNames {
  // What is remembered of rows that are all different is of no use.
  if (remembered === MOST) {
    none = new ColumnNames();
    remembered = 0;
  }
  return none;
}

/** The same text as engines have it for the names of properties: by another they would have to look for that first. */
function key(name: string): string {
  return Object.keys({ [name]: 0 })[0] as string;
}

/** A column's name, and its bytes with their length before them. */
export interface Column {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The columns of the row that was written before, at each depth: in the row's order, and in that they are stored in. */
const written: { names: readonly string[]; columns: readonly Column[] }[] = [];

/** The columns of these names, in the order they are stored in. */
export function columnsOf(names: readonly string[], depth: number): readonly Column[] {
  const before = written[depth];
  if (before !== undefined && same(before.names, names)) return before.columns;
  const columns = sorted(names).map((name): Column => {
    const writer = new Writer();
    writer.string(name, "a column's name");
    return { name, bytes: writer.written() };
  });
  written[depth] = { names, columns };
  return columns;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function sorted(names: readonly string[]): readonly string[] {
  // By default strings are compared by UTF-16, which is the order of their UTF-8 unless surrogates are among them.
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
