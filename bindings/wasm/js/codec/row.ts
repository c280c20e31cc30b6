import { invalid, shown } from "../error/check.js";
import { type Column, columnsOf, noColumnNames } from "./column-names.js";
import { isBytes, isDate } from "./foreign.js";
import { Reader } from "./reader.js";
import { isPlain, type Row, Timestamp, type Value } from "./value.js";
import { malformedText, Writer } from "./writer.js";
import { BYTES, FALSE, FLOAT, INT, LIST, MAP, NULL, TEXT, TIMESTAMP, TRUE } from "../protocol/codes.generated.js";

/** The deepest nesting of lists and maps in a column. */
const MAX_DEPTH = 64;

/** The last time of a `Date`, in milliseconds. */
const MAX_DATE = 8_640_000_000_000_000;

/** Writes a row in its stored form. */
export function writeRow(writer: Writer, row: Row): void {
  if (!isPlain(row)) throw invalid(`a row must be an object of columns, not ${shown(row)}`);
  writeEntries(writer, row, 0);
}

/** The path of the value that is being written: a column, then property names and array positions. */
const path: (string | number)[] = [];

function where(depth: number): string {
  const steps = path.slice(1, depth + 1).map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`));
  return `column ${shown(`${path[0]}${steps.join("")}`)}`;
}

/** Reads a row in its stored form. */
export function readRow(reader: Reader): Row {
  return readEntries(reader, 0);
}

/** Writes a value in its stored form. */
export function writeValue(writer: Writer, value: Value, depth: number): void {
  switch (typeof value) {
    case "string":
      writer.u8(TEXT);
      if (!writer.tryString(value)) throw malformedText(value, where(depth));
      return;
    case "number":
      writer.u8(FLOAT);
      writer.f64(value);
      return;
    case "boolean":
      writer.u8(value ? TRUE : FALSE);
      return;
    case "bigint":
      writer.u8(INT);
      if (BigInt.asIntN(64, value) !== value) throw invalid(`${where(depth)} is ${value}, out of the range of 64-bit integers`);
      writer.zigzag(value, "");
      return;
    case "object":
      if (value === null) writer.u8(NULL);
      else writeObject(writer, value, depth);
      return;
    default:
      throw invalid(`${where(depth)} holds ${shown(value)}, which can't be stored`);
  }
}

function writeObject(writer: Writer, value: Value & object, depth: number): void {
  if (isBytes(value)) {
    writer.u8(BYTES);
    writer.varint(value.length);
    writer.raw(value);
  } else if (isDate(value)) {
    const ms = value.getTime();
    if (Number.isNaN(ms)) throw invalid(`${where(depth)} holds an invalid Date`);
    writer.u8(TIMESTAMP);
    writer.zigzag(ms, "");
  } else if (value instanceof Timestamp) {
    writer.u8(TIMESTAMP);
    writer.zigzag(value.ms, where(depth));
  } else if (depth >= MAX_DEPTH) {
    throw invalid(`${where(0)} holds lists and objects nested deeper than ${MAX_DEPTH} levels`);
  } else if (Array.isArray(value)) {
    const items: readonly Value[] = value;
    // A getter of an item may change the length.
    const { length } = items;
    writer.u8(LIST);
    writer.varint(length);
    for (let i = 0; i < length; i++) {
      path[depth + 1] = i;
      writeValue(writer, items[i] as Value, depth + 1);
    }
  } else if (isPlain(value)) {
    writer.u8(MAP);
    writeEntries(writer, value, depth + 1);
  } else {
    throw invalid(`${where(depth)} holds ${shown(value)}, which can't be stored`);
  }
}

function writeEntries(writer: Writer, entries: Row, depth: number): void {
  const columns = columnsOf(Object.keys(entries), depth);
  let count = columns.length;
  // A count that takes one byte is corrected at the end, when the `undefined` columns are known. A longer count must be known
  // first.
  const short = count < 128;
  const values = short ? undefined : columns.map(({ name }) => entries[name]);
  if (values !== undefined) count = values.filter((value) => value !== undefined).length;
  const start = writer.pos;
  writer.varint(count);
  for (let i = 0; i < columns.length; i++) {
    const { name, bytes } = columns[i] as Column;
    const value = values === undefined ? entries[name] : values[i];
    if (value !== undefined) {
      writer.raw(bytes);
      path[depth] = name;
      writeValue(writer, value, depth);
    } else if (short) {
      writer.need(0);
      writer.buffer[start] = --count;
    }
  }
}

/** Reads a value in its stored form. */
export function readValue(reader: Reader, depth: number): Value {
  switch (reader.u8()) {
    case NULL:
      return null;
    case FALSE:
      return false;
    case TRUE:
      return true;
    case INT:
      return reader.zigzag();
    case FLOAT:
      return reader.f64();
    case TEXT:
      return reader.string();
    case BYTES:
      return reader.blob();
    case TIMESTAMP: {
      const ms = reader.zigzag();
      const number = Number(ms);
      return Math.abs(number) <= MAX_DATE ? new Date(number) : new Timestamp(ms);
    }
    case LIST: {
      if (depth >= MAX_DEPTH) throw reader.malformed();
      const items: Value[] = [];
      for (let left = reader.length(); left > 0; left--) items.push(readValue(reader, depth + 1));
      return items;
    }
    case MAP:
      if (depth >= MAX_DEPTH) throw reader.malformed();
      return readEntries(reader, depth + 1);
    default:
      throw reader.malformed();
  }
}

function readEntries(reader: Reader, depth: number): Row {
  const entries: Row = {};
  let columns = noColumnNames();
  for (let left = reader.length(); left > 0; left--) {
    columns = columns.next(reader);
    const { name } = columns;
    const value = readValue(reader, depth);
    if (name === "__proto__") {
      // A plain assignment would set the object's prototype.
      Object.defineProperty(entries, name, { value, writable: true, enumerable: true, configurable: true });
    } else {
      entries[name] = value;
    }
  }
  return entries;
}

/** Returns the stored form of a row. */
export function rowBytes(row: Row): Uint8Array {
  const writer = new Writer();
  writeRow(writer, row);
  return writer.written();
}
