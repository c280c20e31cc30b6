import { invalid, shown } from "../error/check.js";
import { KeyloftError } from "../error/error.js";
import { isBytes } from "./foreign.js";
import { type Int64, wideInteger } from "./integer.js";
import { Reader } from "./reader.js";
import { Writer } from "./writer.js";

/** The types of the parts of a key. */
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

/** The name of a type of a part of a key. */
export type KeyPart = keyof KeyPartTypes;

/** The type of a part as an argument. A 64-bit integer may be a number. */
export type KeyInput<P extends KeyPart> = P extends "u64" | "i64" ? Int64 : KeyPartTypes[P];

/** The buffer in which parts of fixed width are encoded. */
const scratch = new DataView(new ArrayBuffer(16));

/** The codec of one part of a key. */
export interface PartCodec<T> {
  /** Writes the value as the last part, without a terminator. */
  writeLast(writer: Writer, value: T): void;
  readLast(reader: Reader, start: number, end: number): T;
  /** Writes the value before another part, with a terminator. */
  write(writer: Writer, value: T): void;
  /** Reads the value at the reader's position, and moves the reader to the next part. */
  read(reader: Reader, end: number): T;
}

/** The codec of floats in an index. The bytes are in the order of the numbers. */
export const floatPart: PartCodec<number> = fixedWidth(
  8,
  (view, value) => {
    if (typeof value !== "number") throw invalid(`the value must be a number, not ${shown(value)}`);
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

/** The codec of one of several names, as one byte. */
export function choicePart(names: readonly string[]): PartCodec<string> {
  return fixedWidth(
    1,
    (view, value) => {
      const code = names.indexOf(value);
      if (code < 0) throw invalid(`${shown(value)} is not one of ${names.join(", ")}`);
      view.setUint8(0, code);
    },
    (view) => names[view.getUint8(0)] as string,
  );
}

/** Returns the codec of a type of parts. */
export function partCodec(part: KeyPart): PartCodec<unknown> {
  const codec = PARTS[part] as PartCodec<unknown> | undefined;
  if (codec === undefined || !Object.hasOwn(PARTS, part)) {
    throw invalid(`the type of a key must be one of ${Object.keys(PARTS).join(", ")}, not ${shown(part)}`);
  }
  return codec;
}

/** Returns the codec of a part of fixed width, which needs no terminator. */
export function fixedWidth<T>(
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

/** Returns the error of a stored key of another type. */
export function malformed(): KeyloftError {
  return new KeyloftError("InvalidKey", "a stored key is not of the table's key type: open the table with the key type that it was written with");
}

function smallInteger(min: number, max: number, set: (view: DataView, value: number) => void, width: number, get: (view: DataView) => number): PartCodec<number> {
  return fixedWidth(
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

function integer64(min: bigint, max: bigint, flip: bigint): PartCodec<Int64> {
  return fixedWidth<Int64>(
    8,
    (view, value) => view.setBigUint64(0, BigInt.asUintN(64, wideInteger(value, min, max, "a part of the key")) ^ flip),
    (view) => (flip === 0n ? view.getBigUint64(0) : BigInt.asIntN(64, view.getBigUint64(0) ^ flip)),
  );
}

/** Returns the codec of a part of variable length. Before another part, NUL is `00 FF`, and `00 00` is the terminator. */
export function variableLength<T>(
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

export function writeText(writer: Writer, text: string): void {
  if (typeof text !== "string") throw invalid(`the value must be a string, not ${shown(text)}`);
  writer.utf8(text);
}

export function readText(reader: Reader, start: number, end: number): string {
  try {
    return reader.decode(start, end);
  } catch (cause) {
    throw new KeyloftError("InvalidKey", "a stored key is not text: open the table with `ids: \"bytes\"`", { cause });
  }
}

export function writeBytes(writer: Writer, bytes: Uint8Array): void {
  if (!isBytes(bytes)) throw invalid(`the value must be a Uint8Array, not ${shown(bytes)}`);
  writer.raw(bytes);
}

const SIGN = 1n << 63n;

const PARTS: { readonly [P in KeyPart]: PartCodec<KeyInput<P>> } = {
  string: variableLength(writeText, readText),
  bytes: variableLength(writeBytes, (reader, start, end) => reader.buffer.slice(start, end)),
  bool: fixedWidth(
    1,
    (view, value: boolean) => {
      if (typeof value !== "boolean") throw invalid(`the value must be true or false, not ${shown(value)}`);
      view.setUint8(0, value ? 1 : 0);
    },
    (view) => {
      if (view.getUint8(0) > 1) throw malformed();
      return view.getUint8(0) === 1;
    },
  ),
  u8: smallInteger(0, 255, (view, value) => view.setUint8(0, value), 1, (view) => view.getUint8(0)),
  u16: smallInteger(0, 65535, (view, value) => view.setUint16(0, value), 2, (view) => view.getUint16(0)),
  u32: smallInteger(0, 2 ** 32 - 1, (view, value) => view.setUint32(0, value), 4, (view) => view.getUint32(0)),
  i8: smallInteger(-128, 127, (view, value) => view.setUint8(0, value + 128), 1, (view) => view.getUint8(0) - 128),
  i16: smallInteger(-32768, 32767, (view, value) => view.setUint16(0, value + 32768), 2, (view) => view.getUint16(0) - 32768),
  i32: smallInteger(-(2 ** 31), 2 ** 31 - 1, (view, value) => view.setUint32(0, value + 2 ** 31), 4, (view) => view.getUint32(0) - 2 ** 31),
  u64: integer64(0n, 2n ** 64n - 1n, 0n),
  i64: integer64(-SIGN, SIGN - 1n, SIGN),
};
