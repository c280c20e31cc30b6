import { isBytes } from "../codec/foreign.js";
import { I64_MAX, I64_MIN, type Int64, U64_MAX, wideInteger } from "../codec/integer.js";
import type { Reader } from "../codec/reader.js";
import { readRow, readValue, writeRow, writeValue } from "../codec/row.js";
import { isPlain, type Value } from "../codec/value.js";
import type { Writer } from "../codec/writer.js";
import { invalid, shown } from "../error/check.js";
import { NodeTag } from "../protocol/codes.generated.js";
import { NO_CONTENT, type Node } from "./definition.js";

// Reads and writes entities by their shapes. The engine checks what is written, and finds the place of what can't be read.

/** The deepest nesting of values, as in the engine. */
const MAX_DEPTH = 256;

/** The number of items without bytes that a list may have beside one for each byte. */
const MORE_ITEMS = 1024;

/** The widths of the integers, in bits. Signed ones are negative. */
const WIDTHS: { readonly [tag: number]: number } = {
  [NodeTag.u8]: 8,
  [NodeTag.u16]: 16,
  [NodeTag.u32]: 32,
  [NodeTag.u64]: 64,
  [NodeTag.u128]: 128,
  [NodeTag.i8]: -8,
  [NodeTag.i16]: -16,
  [NodeTag.i32]: -32,
  [NodeTag.i64]: -64,
  [NodeTag.i128]: -128,
};

/** Writes an entity. */
export function writeEntity(writer: Writer, shape: readonly Node[], entity: unknown): void {
  write(writer, shape, 0, entity, "the entity", 0);
}

/** Reads an entity. */
export function readEntity(reader: Reader, shape: readonly Node[]): unknown {
  return read(reader, shape, 0, 0);
}

function nodeOf(shape: readonly Node[], id: number): Node {
  const node = shape[id];
  if (node === undefined) throw invalid("the shape in the catalog is malformed");
  return node;
}

/** Returns `true` if `null` is a value of the type, so that an option around it needs another form. */
function mayBeNull(shape: readonly Node[], id: number): boolean {
  const { tag } = nodeOf(shape, id);
  return tag === NodeTag.unit || tag === NodeTag.option || tag === NodeTag.value;
}

function write(writer: Writer, shape: readonly Node[], id: number, value: unknown, what: string, depth: number): void {
  if (depth > MAX_DEPTH) throw invalid(`${what} is nested deeper than ${MAX_DEPTH} levels`);
  const node = nodeOf(shape, id);
  const { tag, inside } = node;
  const each = (values: readonly unknown[], at: (i: number) => number): void =>
    values.forEach((item, i) => write(writer, shape, at(i), item, `${what}[${i}]`, depth + 1));
  const refuse = (expected: string): never => {
    throw invalid(`${what} must be ${expected}, not ${shown(value)}`);
  };
  const bits = WIDTHS[tag];
  if (bits !== undefined) return writeInteger(writer, value, bits, what);
  switch (tag) {
    case NodeTag.unit:
      if (value !== null && value !== undefined) refuse("null");
      return;
    case NodeTag.bool:
      if (typeof value !== "boolean") refuse("true or false");
      return writer.flag(value as boolean);
    case NodeTag.f32:
    case NodeTag.f64:
      if (typeof value !== "number") refuse("a number");
      return tag === NodeTag.f32 ? writer.f32(value as number) : writer.f64(value as number);
    case NodeTag.char:
      if (typeof value !== "string" || [...value].length !== 1) refuse("a string of one character");
      return writer.string(value as string, what);
    case NodeTag.text:
      return writer.string(value as string, what);
    case NodeTag.bytes:
      if (!isBytes(value)) return refuse("a Uint8Array");
      writer.varint(value.length);
      return writer.raw(value);
    case NodeTag.option: {
      const inner = inside[0] as number;
      const isNone = value === null || value === undefined;
      writer.flag(!isNone);
      if (isNone) return;
      if (!mayBeNull(shape, inner)) return write(writer, shape, inner, value, what, depth + 1);
      if (!isPlain(value) || !Object.hasOwn(value, "Some")) return refuse("null or an object with the field Some");
      return write(writer, shape, inner, value["Some"], `${what}.Some`, depth + 1);
    }
    case NodeTag.list:
    case NodeTag.array: {
      const item = inside[0] as number;
      const isRaw = isBytes(value) && nodeOf(shape, item).tag === NodeTag.u8;
      if (!isRaw && !Array.isArray(value)) return refuse("an array");
      const { length } = value;
      if (tag === NodeTag.list) writer.varint(length);
      else if (length !== node.length) return refuse(`an array of ${node.length}`);
      return isRaw ? writer.raw(value) : each(value as readonly unknown[], () => item);
    }
    case NodeTag.tuple:
      if (!Array.isArray(value) || value.length !== inside.length) return refuse(`an array of ${inside.length}`);
      return each(value, (i) => inside[i] as number);
    case NodeTag.map: {
      const isText = nodeOf(shape, inside[0] as number).tag === NodeTag.text;
      if (isText ? !isPlain(value) : !Array.isArray(value)) return refuse(isText ? "an object" : "an array of pairs");
      const pairs: readonly unknown[] = Array.isArray(value) ? value : Object.entries(value as object);
      writer.varint(pairs.length);
      for (const pair of pairs) {
        if (!Array.isArray(pair) || pair.length !== 2) throw invalid(`an entry of ${what} must be an array of a key and a value, not ${shown(pair)}`);
        each(pair, (i) => inside[i] as number);
      }
      return;
    }
    case NodeTag.struct: {
      if (!isPlain(value)) return refuse("an object");
      const names = node.names as readonly string[];
      for (const name in value) if (!names.includes(name)) throw invalid(`${what} has no field ${shown(name)}: the fields are ${names.join(", ")}`);
      names.forEach((name, i) => write(writer, shape, inside[i] as number, value[name], depth === 0 ? name : `${what}.${name}`, depth + 1));
      return;
    }
    case NodeTag.enum: {
      const names = node.names as readonly string[];
      const [name, content] = typeof value === "string" ? [value] : isPlain(value) ? (Object.entries(value)[0] ?? [""]) : [""];
      const number = names.indexOf(name);
      const inner = inside[number];
      if (inner === undefined || (inner === NO_CONTENT) !== (typeof value === "string")) {
        const forms = names.map((name, i) => (inside[i] === NO_CONTENT ? JSON.stringify(name) : `{ ${name}: … }`));
        return refuse(`one of ${forms.join(", ")}`);
      }
      writer.varint(number);
      if (inner !== NO_CONTENT) write(writer, shape, inner, content, `${what}.${name}`, depth + 1);
      return;
    }
    case NodeTag.row:
      return writeRow(writer, value as { [column: string]: Value });
    case NodeTag.value:
      return writeValue(writer, value as Value, 0);
    default:
      throw unknownNode();
  }
}

function writeInteger(writer: Writer, value: unknown, bits: number, what: string): void {
  const signed = bits < 0;
  const width = BigInt(Math.abs(bits) - (signed ? 1 : 0));
  const min = signed ? -(1n << width) : 0n;
  const integer = wideInteger(value as Int64, min, (1n << width) - 1n, what);
  if (Math.abs(bits) === 8) writer.u8(Number(BigInt.asUintN(8, integer)));
  else if (min >= I64_MIN && signed && integer <= I64_MAX) writer.zigzag(integer, what);
  else if (!signed && integer <= U64_MAX) writer.uvarint(integer, what);
  else writer.wide(signed ? (integer < 0n ? -2n * integer - 1n : 2n * integer) : integer);
}

function read(reader: Reader, shape: readonly Node[], id: number, depth: number): unknown {
  if (depth > MAX_DEPTH) throw reader.malformed();
  const node = nodeOf(shape, id);
  const { tag, inside } = node;
  const inner = (i: number): unknown => read(reader, shape, inside[i] as number, depth + 1);
  const bits = WIDTHS[tag];
  if (bits !== undefined) return readInteger(reader, bits);
  switch (tag) {
    case NodeTag.unit:
      return null;
    case NodeTag.bool:
      return reader.flag();
    case NodeTag.f32:
      return reader.f32();
    case NodeTag.f64:
      return reader.f64();
    case NodeTag.char:
    case NodeTag.text:
      return reader.string();
    case NodeTag.bytes:
      return reader.blob();
    case NodeTag.option:
      if (!reader.flag()) return null;
      return mayBeNull(shape, inside[0] as number) ? { Some: inner(0) } : inner(0);
    case NodeTag.list:
    case NodeTag.array: {
      const length = tag === NodeTag.list ? reader.varint() : (node.length as number);
      if (length > reader.end - reader.pos + MORE_ITEMS) throw reader.malformed();
      if (nodeOf(shape, inside[0] as number).tag === NodeTag.u8) {
        const start = reader.pos;
        if (length > reader.end - start) throw reader.malformed();
        reader.pos += length;
        return reader.buffer.slice(start, reader.pos);
      }
      return Array.from({ length }, () => inner(0));
    }
    case NodeTag.tuple:
      return inside.map((_, i) => inner(i));
    case NodeTag.map: {
      const length = reader.length();
      const pairs = Array.from({ length }, (): [unknown, unknown] => [inner(0), inner(1)]);
      return nodeOf(shape, inside[0] as number).tag === NodeTag.text ? objectOf(pairs as [string, unknown][]) : pairs;
    }
    case NodeTag.struct:
      return objectOf((node.names as readonly string[]).map((name, i) => [name, inner(i)]));
    case NodeTag.enum: {
      const number = reader.varint();
      const name = node.names?.[number];
      if (name === undefined) throw reader.malformed();
      return inside[number] === NO_CONTENT ? name : { [name]: inner(number) };
    }
    case NodeTag.row:
      return readRow(reader);
    case NodeTag.value:
      return readValue(reader, 0);
    default:
      throw unknownNode();
  }
}

function readInteger(reader: Reader, bits: number): number | bigint {
  const width = Math.abs(bits);
  if (width === 8) return bits < 0 ? (reader.u8() << 24) >> 24 : reader.u8();
  const encoded = reader.wide(reader.pos, BigInt(width));
  const integer = bits > 0 ? encoded : (encoded & 1n) === 0n ? encoded >> 1n : -((encoded + 1n) >> 1n);
  return width <= 32 ? Number(integer) : integer;
}

/** Returns an object of these fields. A plain assignment of `__proto__` would set its prototype. */
function objectOf(fields: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(fields);
}

function unknownNode(): Error {
  return invalid("the catalog has a type that this version of the package does not know: use a newer one");
}
