import { isBytes, isDate } from "../codec/foreign.js";
import { wideInteger } from "../codec/integer.js";
import { fixedWidth, type KeyPart, malformed, type PartCodec, partCodec, variableLength } from "../codec/key-part.js";
import type { KeyCodec } from "../codec/key.js";
import { Reader } from "../codec/reader.js";
import { isPlain } from "../codec/value.js";
import type { Writer } from "../codec/writer.js";
import { invalid, shown } from "../error/check.js";
import { KeyTag } from "../protocol/codes.generated.js";
import type { KeyPartShape, KeyShape } from "./definition.js";

/** The shapes that are types of the keys of collections too. */
const SIMPLE: { readonly [tag: number]: KeyPart } = {
  [KeyTag.bool]: "bool",
  [KeyTag.u8]: "u8",
  [KeyTag.u16]: "u16",
  [KeyTag.u32]: "u32",
  [KeyTag.u64]: "u64",
  [KeyTag.i8]: "i8",
  [KeyTag.i16]: "i16",
  [KeyTag.i32]: "i32",
  [KeyTag.i64]: "i64",
  [KeyTag.text]: "string",
  [KeyTag.bytes]: "bytes",
};

type AnyPart = PartCodec<unknown>;

/** Returns the codec of keys of this shape. */
export function keyCodec(shape: KeyShape): KeyCodec<unknown, unknown> {
  const codec = shapeCodec(shape);
  return {
    write: (writer, key) => codec.writeLast(writer, key),
    read: (reader, start, end) => codec.readLast(reader, start, end),
    prefix: (writer, prefix) => writePrefix(writer, shape, codec, prefix),
    isPrefix: (key) => isPrefix(shape, key),
  };
}

function writePrefix(writer: Writer, { tag, parts }: KeyShape, codec: AnyPart, prefix: unknown): void {
  if (tag === KeyTag.text || tag === KeyTag.bytes || tag === KeyTag.unknown) return codec.writeLast(writer, prefix);
  if (tag === KeyTag.joined && Array.isArray(prefix) && prefix.length === 1) return writeLeft(writer, prefix[0]);
  if (tag !== KeyTag.parts || parts === undefined) throw invalid("keys of this type have no prefixes: use from and to");
  const values = Array.isArray(prefix) ? (prefix as unknown[]) : isPlain(prefix) ? leading(parts, prefix) : [];
  if (values.length === 0 || values.length >= parts.length) {
    throw invalid(`the prefix must have the first 1 to ${parts.length - 1} parts of the key, not ${shown(prefix)}`);
  }
  values.forEach((value, i) => shapeCodec((parts[i] as KeyPartShape).shape).write(writer, value));
}

/** Returns `true` for the first parts of a key of several parts. */
function isPrefix({ tag, parts = [] }: KeyShape, key: unknown): boolean {
  if (tag !== KeyTag.parts && tag !== KeyTag.joined) return false;
  const given = Array.isArray(key) ? key.length : tag === KeyTag.parts && isPlain(key) ? Object.keys(key).length : 0;
  return given > 0 && given < parts.length;
}

/** Returns the first parts that an object has. */
function leading(parts: readonly KeyPartShape[], object: { [name: string]: unknown }): unknown[] {
  const missing = parts.findIndex(({ name }) => object[name as string] === undefined);
  const values = parts.slice(0, missing < 0 ? parts.length : missing).map(({ name }) => object[name as string]);
  return values.length === Object.keys(object).length ? values : [];
}

/** Returns the codec of a shape, as a part of a key or as all of it. */
function shapeCodec(shape: KeyShape): AnyPart {
  const { tag } = shape;
  const simple = SIMPLE[tag];
  if (simple !== undefined) return partCodec(simple);
  switch (tag) {
    case KeyTag.unknown:
      return partCodec("bytes");
    case KeyTag.unit:
      return fixedWidth<unknown>(0, () => undefined, () => null);
    case KeyTag.u128:
      return wide(0n, 2n ** 128n - 1n, 0n);
    case KeyTag.i128:
      return wide(-(2n ** 127n), 2n ** 127n - 1n, 1n << 127n);
    case KeyTag.f32:
      return float(4, (view, value) => view.setFloat32(0, value), (view) => view.getFloat32(0));
    case KeyTag.f64:
      return float(8, (view, value) => view.setFloat64(0, value), (view) => view.getFloat64(0));
    case KeyTag.array:
      return bytesOf(shape.length as number);
    case KeyTag.uuid:
      return uuid;
    case KeyTag.timestamp:
      return timestamp;
    case KeyTag.option:
      return option(shapeCodec(shape.inner as KeyShape));
    case KeyTag.reverse:
      return reverse(shapeCodec(shape.inner as KeyShape));
    case KeyTag.parts:
      return partsCodec(shape.parts as readonly KeyPartShape[], "the key");
    case KeyTag.enum:
      return variants(shape);
    case KeyTag.joined:
      return joined(shapeCodec((shape.parts?.[1] as KeyPartShape).shape));
    default:
      throw invalid("the catalog has a type of keys that this version of the package does not know: use a newer one");
  }
}

function wide(min: bigint, max: bigint, flip: bigint): AnyPart {
  const low = 2n ** 64n - 1n;
  return fixedWidth<unknown>(
    16,
    (view, value) => {
      const bits = BigInt.asUintN(128, wideInteger(value as bigint, min, max, "a part of the key")) ^ flip;
      view.setBigUint64(0, bits >> 64n);
      view.setBigUint64(8, bits & low);
    },
    (view) => {
      const bits = ((view.getBigUint64(0) << 64n) | view.getBigUint64(8)) ^ flip;
      return flip === 0n ? bits : BigInt.asIntN(128, bits);
    },
  );
}

/** The bytes are in the order of the numbers: the sign is flipped, and all other bits of a negative number too. */
function float(width: number, set: (view: DataView, value: number) => void, get: (view: DataView) => number): AnyPart {
  const flip = (view: DataView, all: boolean): void => {
    for (let i = 0; i < width; i++) view.setUint8(i, view.getUint8(i) ^ (all ? 255 : i === 0 ? 128 : 0));
  };
  return fixedWidth<unknown>(
    width,
    (view, value) => {
      if (typeof value !== "number") throw invalid(`the value must be a number, not ${shown(value)}`);
      set(view, value);
      flip(view, view.getUint8(0) > 127);
    },
    (view) => {
      flip(view, view.getUint8(0) < 128);
      return get(view);
    },
  );
}

function bytesOf(length: number): AnyPart {
  const read = (reader: Reader, start: number, end: number): Uint8Array => {
    if (start + length > end) throw malformed();
    return reader.buffer.slice(start, start + length);
  };
  const write = (writer: Writer, value: unknown): void => {
    if (!isBytes(value) || value.length !== length) throw invalid(`the value must be a Uint8Array of ${length} bytes, not ${shown(value)}`);
    writer.raw(value);
  };
  return {
    write,
    writeLast: write,
    read(reader, end) {
      const bytes = read(reader, reader.pos, end);
      reader.pos += length;
      return bytes;
    },
    readLast(reader, start, end) {
      if (start + length !== end) throw malformed();
      return read(reader, start, end);
    },
  };
}

const uuid: AnyPart = fixedWidth<unknown>(
  16,
  (view, value) => {
    const digits = typeof value === "string" && /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value) ? value.replaceAll("-", "") : undefined;
    if (digits === undefined) throw invalid(`the value must be a UUID, not ${shown(value)}`);
    for (let i = 0; i < 16; i++) view.setUint8(i, Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
  },
  (view) => {
    const digits = Array.from({ length: 16 }, (_, i) => view.getUint8(i).toString(16).padStart(2, "0")).join("");
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  },
);

const SECOND = 1_000_000_000n;

/** An instant as nanoseconds since the Unix epoch. A `Date` is accepted too. */
const timestamp: AnyPart = fixedWidth<unknown>(
  12,
  (view, value) => {
    const nanoseconds = isDate(value) ? BigInt(value.getTime()) * 1_000_000n : value;
    const limit = (1n << 63n) * SECOND;
    const instant = wideInteger(nanoseconds as bigint, -limit, limit - 1n, "a time in nanoseconds");
    const rest = ((instant % SECOND) + SECOND) % SECOND;
    view.setBigUint64(0, BigInt.asUintN(64, (instant - rest) / SECOND) ^ (1n << 63n));
    view.setUint32(8, Number(rest));
  },
  (view) => BigInt.asIntN(64, view.getBigUint64(0) ^ (1n << 63n)) * SECOND + BigInt(view.getUint32(8)),
);

function option(inner: AnyPart): AnyPart {
  const write = (writer: Writer, value: unknown, writeInner: AnyPart["write"]): void => {
    const isNone = value === null || value === undefined;
    writer.flag(!isNone);
    if (!isNone) writeInner(writer, value);
  };
  return {
    write: (writer, value) => write(writer, value, inner.write),
    writeLast: (writer, value) => write(writer, value, inner.writeLast),
    read: (reader, end) => (tagAt(reader, end) === 0 ? null : inner.read(reader, end)),
    readLast: (reader, start, end) => from(reader, start, () => (tagAt(reader, end) === 0 ? null : inner.readLast(reader, reader.pos, end))),
  };
}

function tagAt(reader: Reader, end: number): number {
  if (reader.pos >= end) throw malformed();
  return reader.buffer[reader.pos++] as number;
}

/** Reads from another position. */
function from<T>(reader: Reader, start: number, read: () => T): T {
  const { pos } = reader;
  reader.pos = start;
  try {
    return read();
  } finally {
    reader.pos = pos;
  }
}

/** A descending key: its self-delimiting form with every bit flipped. */
function reverse(inner: AnyPart): AnyPart {
  const write = (writer: Writer, value: unknown): void => {
    const start = writer.pos;
    inner.write(writer, value);
    for (let i = start; i < writer.pos; i++) writer.buffer[i] = ~(writer.buffer[i] as number);
  };
  const read = (reader: Reader, start: number, end: number): [value: unknown, length: number] => {
    const flipped = new Reader(reader.buffer.slice(start, end).map((byte) => ~byte));
    const value = inner.read(flipped, flipped.end);
    return [value, flipped.pos];
  };
  return {
    write,
    writeLast: write,
    read(reader, end) {
      const [value, length] = read(reader, reader.pos, end);
      reader.pos += length;
      return value;
    },
    readLast(reader, start, end) {
      const [value, length] = read(reader, start, end);
      if (start + length !== end) throw malformed();
      return value;
    },
  };
}

/** The parts of a struct, as an object, or of a tuple, as an array. */
function partsCodec(parts: readonly KeyPartShape[], what: string): AnyPart {
  const codecs = parts.map(({ shape }) => shapeCodec(shape));
  const last = codecs.length - 1;
  const named = parts.some(({ name }) => name !== null);
  const values = (value: unknown): readonly unknown[] => {
    if (named && isPlain(value) && Object.keys(value).length === parts.length) return parts.map(({ name }) => value[name as string]);
    if (!named && Array.isArray(value) && value.length === parts.length) return value;
    const names = parts.map(({ name }) => name).join(", ");
    throw invalid(`${what} must be ${named ? `an object of ${names}` : `an array of ${parts.length} parts`}, not ${shown(value)}`);
  };
  const shaped = (values: unknown[]): unknown => (named ? Object.fromEntries(values.map((value, i) => [parts[i]?.name, value])) : values);
  return {
    write: (writer, value) => values(value).forEach((part, i) => (codecs[i] as AnyPart).write(writer, part)),
    writeLast: (writer, value) =>
      values(value).forEach((part, i) => (i === last ? (codecs[i] as AnyPart).writeLast(writer, part) : (codecs[i] as AnyPart).write(writer, part))),
    read: (reader, end) => shaped(codecs.map((codec) => codec.read(reader, end))),
    readLast: (reader, start, end) =>
      from(reader, start, () => shaped(codecs.map((codec, i) => (i === last ? codec.readLast(reader, reader.pos, end) : codec.read(reader, end))))),
  };
}

/** One of several variants: the name of one without parts, or an object of the name and the part or parts. */
function variants(shape: KeyShape): AnyPart {
  const all = (shape.variants ?? []).map(({ name, number, parts }) => {
    const sole = parts.length === 1 && parts[0]?.name === null ? shapeCodec(parts[0].shape) : undefined;
    return { name, number, codec: parts.length === 0 ? undefined : (sole ?? partsCodec(parts, `variant ${name}`)) };
  });
  const chosen = (value: unknown): [variant: (typeof all)[number], content: unknown] => {
    const [name, content] = typeof value === "string" ? [value] : isPlain(value) ? (Object.entries(value)[0] ?? []) : [];
    const variant = all.find((variant) => variant.name === name);
    if (variant === undefined || (variant.codec === undefined) !== (typeof value === "string")) {
      throw invalid(`the value must be one of the variants ${all.map(({ name }) => name).join(", ")}, not ${shown(value)}`);
    }
    return [variant, content];
  };
  const write = (writer: Writer, value: unknown, last: boolean): void => {
    const [{ number, codec }, content] = chosen(value);
    writer.u8(number);
    if (last) codec?.writeLast(writer, content);
    else codec?.write(writer, content);
  };
  const read = (reader: Reader, end: number, last: boolean): unknown => {
    const number = tagAt(reader, end);
    const variant = all.find((variant) => variant.number === number);
    if (variant === undefined) throw malformed();
    const { name, codec } = variant;
    if (codec === undefined) {
      if (last && reader.pos !== end) throw malformed();
      return name;
    }
    return { [name]: last ? codec.readLast(reader, reader.pos, end) : codec.read(reader, end) };
  };
  return {
    write: (writer, value) => write(writer, value, false),
    writeLast: (writer, value) => write(writer, value, true),
    read: (reader, end) => read(reader, end, false),
    readLast: (reader, start, end) => from(reader, start, () => read(reader, end, true)),
  };
}

const COLON = 0x3a;

function writeLeft(writer: Writer, left: unknown): void {
  if (typeof left !== "string") throw invalid(`the first part of the key must be a string, not ${shown(left)}`);
  writer.utf8(left.replaceAll("%", "%25").replaceAll(":", "%3A"));
  writer.u8(COLON);
}

/** A text and another key with a colon between them, as an array of both. */
function joined(right: AnyPart): AnyPart {
  return variableLength<unknown>(
    (writer, value) => {
      if (!Array.isArray(value) || value.length !== 2) throw invalid(`the key must be an array of two parts, not ${shown(value)}`);
      writeLeft(writer, value[0]);
      right.writeLast(writer, value[1]);
    },
    (reader, start, end) => {
      const colon = reader.buffer.indexOf(COLON, start);
      if (colon < 0 || colon >= end) throw malformed();
      const left = reader.decode(start, colon).replaceAll("%3A", ":").replaceAll("%25", "%");
      return [left, right.readLast(reader, colon + 1, end)];
    },
  );
}
