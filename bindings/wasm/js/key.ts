import { invalid, KeyloftError, shown } from "./error.js";
import { Reader } from "./reader.js";
import { type Int64, wideInteger, Writer } from "./writer.js";

/** How keys of a type are written and read. `P` is what their prefixes are made of. */
export interface KeyCodec<K, P> {
  /** Writes the bytes of the key, bare. */
  write(writer: Writer, key: K): void;
  /** The key of the bytes. */
  read(reader: Reader, start: number, end: number): K;
  /** Writes the bytes that all keys of the prefix begin with. */
  prefix(writer: Writer, prefix: P): void;
}

/** The types that a part of a key can have. */
export interface KeyPartTypes {
  string: string;
  bytes: Uint8Array;
  bool: boolean;
  u8: number;
  u16: number;
  u32: number;
  i8: number;
  i16: number;
  i32: number;
  u64: bigint;
  i64: bigint;
}

/** The name of a type that a part of a key can have. */
export type KeyPart = keyof KeyPartTypes;

/** What is taken for a part: where it is of 64 bits, a number too, if it is a safe integer. */
export type KeyInput<P extends KeyPart> = P extends "u64" | "i64" ? Int64 : KeyPartTypes[P];

/** Where parts of fixed width are put together. */
const scratch = new DataView(new ArrayBuffer(8));

const COLON = 0x3a;
const PERCENT = 0x25;

/** One part of a key. */
interface PartCodec<T> {
  /** As the last part, or the only one: bare. */
  writeLast(writer: Writer, value: T): void;
  readLast(reader: Reader, start: number, end: number): T;
  /** As a part that something follows; how long it is shows by itself. */
  write(writer: Writer, value: T): void;
  /** Reads it at the reader's position, which is left at what follows. */
  read(reader: Reader, end: number): T;
}

/** Ids that are text. */
export const textKey: KeyCodec<string, string> = {
  write: writeText,
  read: readText,
  prefix: writeText,
};

/** Ids that are bytes. */
export const bytesKey: KeyCodec<Uint8Array, Uint8Array> = {
  write: writeBytes,
  read: (reader, start, end) => reader.buffer.slice(start, end),
  prefix: writeBytes,
};

/** A namespace's id or a user's, and a name or a row's id in it, written `{left}:{right}`. */
export function pairKey<R>(right: KeyCodec<R, R>): KeyCodec<readonly [string, R], readonly [string]> {
  const left = (writer: Writer, value: unknown): void => {
    if (typeof value !== "string") throw invalid(`the first part of the key is ${shown(value)}, not a string`);
    writer.utf8(/[%:]/.test(value) ? value.replaceAll("%", "%25").replaceAll(":", "%3A") : value);
    writer.u8(COLON);
  };
  return {
    write(writer, key) {
      if (!Array.isArray(key) || key.length !== 2) throw invalid(`a key of two parts is needed, not ${shown(key)}`);
      left(writer, key[0]);
      right.write(writer, key[1] as R);
    },
    read(reader, start, end) {
      let colon = start;
      let escaped = false;
      while (colon < end && reader.buffer[colon] !== COLON) {
        if (reader.buffer[colon] === PERCENT) escaped = true;
        colon++;
      }
      const text = reader.decode(start, colon);
      const first = escaped ? text.replaceAll("%3A", ":").replaceAll("%25", "%") : text;
      return [first, right.read(reader, colon + 1, end)];
    },
    prefix(writer, prefix) {
      if (!Array.isArray(prefix) || prefix.length !== 1) {
        throw invalid(`a prefix here is an array of one string, not ${shown(prefix)}`);
      }
      left(writer, prefix[0]);
    },
  };
}

/** The codec of a key of one part. */
export function singleKey(part: KeyPart): KeyCodec<unknown, unknown> {
  const codec = partCodec(part);
  return {
    write: (writer, key) => codec.writeLast(writer, key),
    read: (reader, start, end) => codec.readLast(reader, start, end),
    prefix(writer, prefix) {
      if (part !== "string" && part !== "bytes") throw invalid(`keys of type ${part} have no prefixes: use from and to`);
      codec.writeLast(writer, prefix);
    },
  };
}

/** The codec of a key of several parts, an array: the bytes of the tuple of the same types in Rust. */
export function tupleKey(parts: readonly KeyPart[]): KeyCodec<readonly unknown[], readonly unknown[]> {
  const codecs = parts.map(partCodec);
  const last = codecs.length - 1;
  const lastCodec = codecs[last] as PartCodec<unknown>;
  return {
    write(writer, key) {
      if (!Array.isArray(key) || key.length !== codecs.length) {
        throw invalid(`a key is an array of ${codecs.length} parts here, not ${shown(key)}`);
      }
      for (let i = 0; i < last; i++) (codecs[i] as PartCodec<unknown>).write(writer, key[i]);
      lastCodec.writeLast(writer, key[last]);
    },
    read(reader, start, end) {
      const { pos } = reader;
      reader.pos = start;
      const key: unknown[] = [];
      for (let i = 0; i < last; i++) key.push((codecs[i] as PartCodec<unknown>).read(reader, end));
      key.push(lastCodec.readLast(reader, reader.pos, end));
      reader.pos = pos;
      return key;
    },
    prefix(writer, prefix) {
      if (!Array.isArray(prefix) || prefix.length === 0 || prefix.length > last) {
        throw invalid(`a prefix here is an array of the first 1 to ${last} parts, not ${shown(prefix)}`);
      }
      for (let i = 0; i < prefix.length; i++) (codecs[i] as PartCodec<unknown>).write(writer, prefix[i]);
    },
  };
}

/** The codec of index values that are floats: in the order of the numbers. */
export const floatPart: PartCodec<number> = fixed(
  8,
  (view, value) => {
    if (typeof value !== "number") throw invalid(`a number is needed, not ${shown(value)}`);
    view.setFloat64(0, value === 0 ? 0 : value);
    if (value < 0) for (let i = 0; i < 8; i++) view.setUint8(i, ~view.getUint8(i));
    else view.setUint8(0, view.getUint8(0) | 0x80);
    if (value !== value) view.setBigUint64(0, 0xfff8_0000_0000_0000n);
  },
  (view) => {
    if (view.getUint8(0) & 0x80) view.setUint8(0, view.getUint8(0) & 0x7f);
    else for (let i = 0; i < 8; i++) view.setUint8(i, ~view.getUint8(i));
    return view.getFloat64(0);
  },
);

/** The codec of a part that is a fixed choice of names, one byte each. */
export function choicePart(names: readonly string[]): PartCodec<string> {
  return fixed(
    1,
    (view, value) => {
      const code = names.indexOf(value);
      if (code < 0) throw invalid(`${shown(value)} is none of ${names.join(", ")}`);
      view.setUint8(0, code);
    },
    (view) => names[view.getUint8(0)] as string,
  );
}

export type { PartCodec };

/** The codec of a part of this type. */
export function partCodec(part: KeyPart): PartCodec<unknown> {
  const codec = PARTS[part] as PartCodec<unknown> | undefined;
  if (codec === undefined || !Object.hasOwn(PARTS, part)) {
    throw invalid(`${shown(part)} is not a type of keys: it is one of ${Object.keys(PARTS).join(", ")}`);
  }
  return codec;
}

/** A part of fixed width, which is written the same wherever it stands. */
function fixed<T>(
  width: number,
  set: (view: DataView, value: T) => void,
  get: (view: DataView) => T,
): PartCodec<T> {
  const bytes = new Uint8Array(scratch.buffer, 0, width);
  const write = (writer: Writer, value: T): void => {
    set(scratch, value);
    writer.raw(bytes);
  };
  const read = (reader: Reader, start: number, end: number): T => {
    if (start + width > end) throw malformed();
    for (let i = 0; i < width; i++) bytes[i] = reader.buffer[start + i] as number;
    return get(scratch);
  };
  return {
    write,
    writeLast: write,
    read(reader, end) {
      const value = read(reader, reader.pos, end);
      reader.pos += width;
      return value;
    },
    readLast(reader, start, end) {
      if (start + width !== end) throw malformed();
      return read(reader, start, end);
    },
  };
}

function malformed(): KeyloftError {
  return new KeyloftError("InvalidKey", "a stored key is not of the type that the keys have here");
}

function small(min: number, max: number, set: (view: DataView, value: number) => void, width: number, get: (view: DataView) => number): PartCodec<number> {
  return fixed(
    width,
    (view, value) => {
      if (!Number.isInteger(value) || value < min || value > max) {
        throw invalid(`${shown(value)} is not an integer from ${min} to ${max}`);
      }
      set(view, value);
    },
    get,
  );
}

function wide(min: bigint, max: bigint, flip: bigint): PartCodec<Int64> {
  return fixed<Int64>(
    8,
    (view, value) => view.setBigUint64(0, BigInt.asUintN(64, wideInteger(value, min, max, "a part of the key")) ^ flip),
    (view) => (flip === 0n ? view.getBigUint64(0) : BigInt.asIntN(64, view.getBigUint64(0) ^ flip)),
  );
}

/** A part whose length varies: where something follows, NUL is written `00 FF`, and `00 00` ends it. */
function varying<T>(
  write: (writer: Writer, value: T) => void,
  read: (reader: Reader, start: number, end: number) => T,
): PartCodec<T> {
  return {
    writeLast: write,
    readLast: read,
    write(writer, value) {
      const start = writer.pos;
      write(writer, value);
      if (writer.buffer.subarray(start, writer.pos).includes(0)) {
        const bytes = writer.buffer.slice(start, writer.pos);
        writer.pos = start;
        for (const byte of bytes) {
          writer.u8(byte);
          if (byte === 0) writer.u8(0xff);
        }
      }
      writer.u8(0);
      writer.u8(0);
    },
    read(reader, end) {
      const { buffer, pos } = reader;
      let at = pos;
      let escaped = false;
      for (; ; at++) {
        if (at + 1 >= end) throw malformed();
        if (buffer[at] !== 0) continue;
        if (buffer[at + 1] === 0) break;
        if (buffer[at + 1] !== 0xff) throw malformed();
        escaped = true;
      }
      reader.pos = at + 2;
      if (!escaped) return read(reader, pos, at);
      const bytes: number[] = [];
      for (let i = pos; i < at; i++) {
        bytes.push(buffer[i] as number);
        if (buffer[i] === 0) i++;
      }
      return read(new Reader(Uint8Array.from(bytes)), 0, bytes.length);
    },
  };
}

function writeText(writer: Writer, text: string): void {
  if (typeof text !== "string") throw invalid(`a string is needed, not ${shown(text)}`);
  writer.utf8(text);
}

function readText(reader: Reader, start: number, end: number): string {
  try {
    return reader.decode(start, end);
  } catch (cause) {
    throw new KeyloftError("InvalidKey", "a stored key is not text: open the table with ids that are bytes", { cause });
  }
}

function writeBytes(writer: Writer, bytes: Uint8Array): void {
  if (!(bytes instanceof Uint8Array)) throw invalid(`a Uint8Array is needed, not ${shown(bytes)}`);
  writer.raw(bytes);
}

const SIGN = 1n << 63n;

const PARTS: { readonly [P in KeyPart]: PartCodec<KeyInput<P>> } = {
  string: varying(writeText, readText),
  bytes: varying(writeBytes, (reader, start, end) => reader.buffer.slice(start, end)),
  bool: fixed(
    1,
    (view, value: boolean) => {
      if (typeof value !== "boolean") throw invalid(`true or false is needed, not ${shown(value)}`);
      view.setUint8(0, value ? 1 : 0);
    },
    (view) => {
      if (view.getUint8(0) > 1) throw malformed();
      return view.getUint8(0) === 1;
    },
  ),
  u8: small(0, 255, (view, value) => view.setUint8(0, value), 1, (view) => view.getUint8(0)),
  u16: small(0, 65535, (view, value) => view.setUint16(0, value), 2, (view) => view.getUint16(0)),
  u32: small(0, 2 ** 32 - 1, (view, value) => view.setUint32(0, value), 4, (view) => view.getUint32(0)),
  i8: small(-128, 127, (view, value) => view.setUint8(0, value + 128), 1, (view) => view.getUint8(0) - 128),
  i16: small(-32768, 32767, (view, value) => view.setUint16(0, value + 32768), 2, (view) => view.getUint16(0) - 32768),
  i32: small(-(2 ** 31), 2 ** 31 - 1, (view, value) => view.setUint32(0, value + 2 ** 31), 4, (view) => view.getUint32(0) - 2 ** 31),
  u64: wide(0n, 2n ** 64n - 1n, 0n),
  i64: wide(-SIGN, SIGN - 1n, SIGN),
};
