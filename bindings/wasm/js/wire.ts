import { invalid, KeyloftError, shown } from "./error.js";

const encoder = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** How one byte becomes one character; only what is ASCII is taken from the result. */
let ascii: (bytes: Uint8Array, start: number, end: number) => string = (() => {
  const decoder = new TextDecoder("latin1");
  return (bytes: Uint8Array, start: number, end: number) => decoder.decode(bytes.subarray(start, end));
})();

/** Where the runtime has something faster. */
export function decodeAsciiWith(decode: typeof ascii): void {
  ascii = decode;
}

/** ASCII and bytes up to this length are copied one by one. As a number it is one byte. */
const SHORT = 127;
/** Text up to this length is no longer than that in UTF-8. */
const SHORT_TEXT = 42;
/** Of an entity up to this length, all text is decoded at once and then cut. */
const CUT = 4096;

const TWO_32 = 2 ** 32;
const I64_MIN = -(2n ** 63n);
const I64_MAX = 2n ** 63n - 1n;
const U64_MAX = 2n ** 64n - 1n;

/** An integer of 64 bits; a number is taken if it is a safe integer. */
export type Int64 = bigint | number;

/** Writes a request, or a part of one. */
export class Writer {
  buffer: Uint8Array;
  pos = 0;
  protected end: number;

  constructor(buffer: Uint8Array = new Uint8Array(256)) {
    this.buffer = buffer;
    this.end = buffer.length;
  }

  /** Makes room for so many more bytes. */
  protected grow(more: number): void {
    const larger = new Uint8Array(Math.max(this.pos + more, this.buffer.length * 2));
    larger.set(this.buffer.subarray(0, this.pos));
    this.buffer = larger;
    this.end = larger.length;
  }

  need(more: number): void {
    if (this.pos + more > this.end) this.grow(more);
  }

  /** What was written, copied. */
  written(start = 0): Uint8Array {
    return this.buffer.slice(start, this.pos);
  }

  u8(value: number): void {
    this.need(1);
    this.buffer[this.pos++] = value;
  }

  flag(value: boolean): void {
    this.u8(value ? 1 : 0);
  }

  u32(value: number): void {
    this.need(4);
    this.setU32(this.pos, value);
    this.pos += 4;
  }

  setU32(at: number, value: number): void {
    const { buffer } = this;
    buffer[at] = value;
    buffer[at + 1] = value >>> 8;
    buffer[at + 2] = value >>> 16;
    buffer[at + 3] = value >>> 24;
  }

  /** Begins something whose length in four bytes comes first; `close` ends it. */
  open(): number {
    this.need(4);
    this.pos += 4;
    return this.pos;
  }

  close(start: number): void {
    this.setU32(start - 4, this.pos - start);
  }

  i64(value: bigint): void {
    const low = Number(BigInt.asUintN(32, value));
    this.u32(low);
    this.u32(Number(BigInt.asUintN(32, value >> 32n)));
  }

  raw(bytes: Uint8Array): void {
    const { length } = bytes;
    if (length === 0) checkAttached(bytes);
    this.need(length);
    const { buffer, pos } = this;
    if (length <= SHORT) for (let i = 0; i < length; i++) buffer[pos + i] = bytes[i] as number;
    else buffer.set(bytes, pos);
    this.pos += length;
  }

  bytes(bytes: Uint8Array): void {
    this.u32(bytes.length);
    this.raw(bytes);
  }

  text(text: string): void {
    const start = this.open();
    this.utf8(text);
    this.close(start);
  }

  optional<T>(value: T | undefined, write: (value: T) => void): void {
    this.flag(value !== undefined);
    if (value !== undefined) write(value);
  }

  /** The text's UTF-8, bare. */
  utf8(text: string): void {
    const { length } = text;
    this.need(length * 3);
    if (length <= SHORT && this.ascii(text, this.pos)) {
      this.pos += length;
      return;
    }
    const written = this.encode(text, this.pos);
    if (written === undefined) throw noText(text, "the key");
    this.pos += written;
  }

  /** A length as postcard writes it, or any number up to 2^53. */
  varint(value: number): void {
    this.need(8);
    while (value > 127) {
      this.buffer[this.pos++] = (value % 128) | 128;
      value = Math.floor(value / 128);
    }
    this.buffer[this.pos++] = value;
  }

  /** An unsigned integer of 64 bits as postcard writes it. */
  uvarint(value: Int64, what: string): void {
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) {
      this.varint(value);
      return;
    }
    const wide = wideInteger(value, 0n, U64_MAX, what);
    this.wide(wide);
  }

  /** A signed integer of 64 bits as postcard writes it. */
  zigzag(value: Int64, what: string): void {
    if (typeof value === "number" && Number.isSafeInteger(value) && Math.abs(value) < 2 ** 52) {
      this.varint(value < 0 ? -2 * value - 1 : 2 * value);
      return;
    }
    const wide = wideInteger(value, I64_MIN, I64_MAX, what);
    this.wide(wide < 0n ? -2n * wide - 1n : 2n * wide);
  }

  /** Text as postcard writes it. */
  string(text: string, what: string): void {
    if (typeof text !== "string") throw invalid(`${what} is ${shown(text)}, not a string`);
    if (!this.wrote(text)) throw noText(text, what);
  }

  /** Writes text as postcard does, unless it is none; whether it is. */
  wrote(text: string): boolean {
    const { length } = text;
    const { pos } = this;
    this.need(length * 3 + 5);
    if (length <= SHORT && this.ascii(text, pos + 1)) {
      this.buffer[pos] = length;
      this.pos = pos + length + 1;
      return true;
    }
    const from = pos + (length <= SHORT_TEXT ? 1 : 5);
    const written = this.encode(text, from);
    if (written === undefined) return false;
    this.varint(written);
    if (this.pos !== from) this.buffer.copyWithin(this.pos, from, from + written);
    this.pos += written;
    return true;
  }

  f64(value: number): void {
    FLOAT[0] = value;
    if (value !== value) FLOAT_BYTES.set(NAN);
    this.raw(FLOAT_BYTES);
  }

  /** Writes the text if it is ASCII; whether it is. */
  private ascii(text: string, at: number): boolean {
    const { buffer } = this;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) return false;
      buffer[at + i] = code;
    }
    return true;
  }

  /** Writes the text and gives its length; `undefined` if it is none. */
  private encode(text: string, at: number): number | undefined {
    const { written, read } = encoder.encodeInto(text, this.buffer.subarray(at, this.end));
    if (read !== text.length) throw invalid("there is no room for the text");
    // Half a surrogate pair would become another character without a word.
    return written === text.length || isWellFormed(text) ? written : undefined;
  }

  private wide(value: bigint): void {
    this.need(10);
    while (value > 127n) {
      this.buffer[this.pos++] = Number(value & 127n) | 128;
      value >>= 7n;
    }
    this.buffer[this.pos++] = Number(value);
  }
}

// Little-endian in the module's memory and, to this day, on every machine that runs it.
const FLOAT = new Float64Array(1);
const FLOAT_BYTES = new Uint8Array(FLOAT.buffer);
const NAN = new Uint8Array([0, 0, 0, 0, 0, 0, 0xf8, 0x7f]);

/** Refuses bytes that were given away, or whose buffer has shrunk: they look like none. */
export function checkAttached(bytes: Uint8Array): void {
  try {
    bytes.indexOf(0);
  } catch (cause) {
    throw detached(cause);
  }
}

/** The error of such bytes. */
export function detached(cause: unknown): KeyloftError {
  return invalid("the bytes are detached: their buffer was transferred to somebody else, or has become smaller", cause);
}

/** The error of text that is none. */
export function noText(text: string, what: string): KeyloftError {
  return invalid(`${what} is ${shown(text)}, which is no text: it holds half a surrogate pair`);
}

function isWellFormed(text: string): boolean {
  const checked: { isWellFormed?: () => boolean } = text as string & { isWellFormed?: () => boolean };
  return checked.isWellFormed ? checked.isWellFormed() : !/\p{Surrogate}/u.test(text);
}

/** The integer, if it is one in these bounds. */
export function wideInteger(value: Int64, min: bigint, max: bigint, what: string): bigint {
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) {
      throw invalid(`${what} is ${shown(value)}, not an integer that a number can hold: use a bigint`);
    }
    value = BigInt(value);
  } else if (typeof value !== "bigint") {
    throw invalid(`${what} is ${shown(value)}, not an integer`);
  }
  if (value < min || value > max) throw invalid(`${what} is ${value}, out of range`);
  return value;
}

/** The error of stored bytes that are not what they should be. */
class Malformed extends Error {}

/** Whether decoding has failed because of the bytes. */
export function isMalformed(error: unknown): boolean {
  return error instanceof Malformed;
}

/** Reads a response, or a stored entity. */
export class Reader {
  buffer: Uint8Array;
  pos: number;
  end: number;
  /** Where the text begins that was decoded at once, and the text. */
  private cutFrom = 0;
  private cut: string | undefined;

  private view: DataView;

  constructor(buffer: Uint8Array, pos = 0, end = buffer.length) {
    this.buffer = buffer;
    this.view = viewOf(buffer);
    this.pos = pos;
    this.end = end;
  }

  /** Reads other bytes from now on. */
  reset(buffer: Uint8Array, pos: number, end: number): void {
    if (buffer !== this.buffer) {
      this.buffer = buffer;
      this.view = viewOf(buffer);
    }
    this.pos = pos;
    this.end = end;
    this.cut = undefined;
  }

  /** Reads these of the same bytes from now on. */
  narrow(pos: number, end: number): void {
    this.pos = pos;
    this.end = end;
    this.cut = undefined;
  }

  u8(): number {
    if (this.pos >= this.end) throw new Malformed();
    return this.buffer[this.pos++] as number;
  }

  flag(): boolean {
    const byte = this.u8();
    if (byte > 1) throw new Malformed();
    return byte === 1;
  }

  u32(): number {
    const { pos } = this;
    this.pos += 4;
    return this.view.getUint32(pos, true);
  }

  u64(): bigint {
    const low = this.u32();
    const high = this.u32();
    return high < 2 ** 21 ? BigInt(high * TWO_32 + low) : (BigInt(high) << 32n) | BigInt(low);
  }

  /** A number of things that there can't be more than 2^53 of. */
  count(): number {
    const low = this.u32();
    return this.u32() * TWO_32 + low;
  }

  /** Bytes after their length in four bytes, copied. */
  bytes(): Uint8Array {
    const len = this.u32();
    this.pos += len;
    return this.buffer.slice(this.pos - len, this.pos);
  }

  /** Text after its length in four bytes. */
  text(): string {
    const len = this.u32();
    this.pos += len;
    return this.decode(this.pos - len, this.pos);
  }

  /** All that is left, copied. */
  rest(): Uint8Array {
    const { pos, end } = this;
    this.pos = end;
    return this.buffer.slice(pos, end);
  }

  /** Refuses bytes that nobody has read. */
  finish(): void {
    if (this.pos !== this.end) throw new Malformed();
  }

  varint(): number {
    let byte = this.u8();
    if (byte < 128) return byte;
    let value = byte & 127;
    let scale = 128;
    do {
      byte = this.u8();
      value += (byte & 127) * scale;
      scale *= 128;
      if (scale > 2 ** 56) throw new Malformed();
    } while (byte > 127);
    return value;
  }

  uvarint(): bigint {
    const start = this.pos;
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 127) * scale;
      if (byte < 128) return BigInt(value);
      scale *= 128;
      if (scale > 2 ** 45) return this.wide(start);
    }
  }

  zigzag(): bigint {
    const start = this.pos;
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 127) * scale;
      if (byte < 128) return BigInt(value % 2 === 0 ? value / 2 : -(value + 1) / 2);
      scale *= 128;
      if (scale > 2 ** 45) break;
    }
    const wide = this.wide(start);
    return (wide & 1n) === 0n ? wide >> 1n : -((wide + 1n) >> 1n);
  }

  f64(): number {
    const { pos } = this;
    if (pos + 8 > this.end) throw new Malformed();
    this.pos += 8;
    return this.view.getFloat64(pos, true);
  }

  /** Bytes as postcard writes them, copied. */
  blob(): Uint8Array {
    const len = this.length();
    this.pos += len;
    return this.buffer.slice(this.pos - len, this.pos);
  }

  /** Text as postcard writes it. */
  string(): string {
    const len = this.length();
    this.pos += len;
    return this.decode(this.pos - len, this.pos);
  }

  option<T>(read: (reader: Reader) => T): T | null {
    return this.flag() ? read(this) : null;
  }

  /** A length that the bytes left can have. */
  length(): number {
    const len = this.varint();
    if (len > this.end - this.pos) throw new Malformed();
    return len;
  }

  malformed(): Error {
    return new Malformed();
  }

  /** Goes past these bytes if they are next; whether they are. They are given four by four as well. */
  pass(bytes: Uint8Array, words: readonly number[]): boolean {
    const { buffer, view, pos } = this;
    const { length } = bytes;
    if (length > this.end - pos) return false;
    for (let i = 0; i < words.length; i++) if (view.getInt32(pos + 4 * i) !== words[i]) return false;
    for (let i = 4 * words.length; i < length; i++) if (buffer[pos + i] !== bytes[i]) return false;
    this.pos = pos + length;
    return true;
  }

  /** The text of these bytes. */
  decode(start: number, end: number): string {
    const { buffer, view } = this;
    if (start === end) return "";
    let bits = 0;
    let at = start;
    for (; at + 4 <= end; at += 4) bits |= view.getInt32(at);
    for (; at < end; at++) bits |= buffer[at] as number;
    if ((bits & 0x8080_8080) !== 0 || end - start > CUT) {
      try {
        return utf8.decode(buffer.subarray(start, end));
      } catch {
        throw new Malformed();
      }
    }
    if (this.cut === undefined) {
      this.cutFrom = start;
      this.cut = ascii(buffer, start, Math.min(this.end, start + CUT));
    }
    const from = start - this.cutFrom;
    if (from < 0 || from + end - start > this.cut.length) return ascii(buffer, start, end);
    return this.cut.slice(from, from + end - start);
  }

  private wide(start: number): bigint {
    this.pos = start;
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) {
        if (value > U64_MAX) throw new Malformed();
        return value;
      }
      if (shift > 63n) throw new Malformed();
    }
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** What is said of a write to a snapshot. */
export const READ_ONLY = "a snapshot can't be written to: write to the database";

/** What the library says, where things have other names here. */
function inJavaScript(code: KeyloftError["code"], message: string): string {
  switch (code) {
    case "NotEmpty":
      return message.replace("the backend", "the database").replace("`import_replacing`", "`{ replace: true }`");
    case "ReadOnly":
      return READ_ONLY;
    default:
      return message;
  }
}

/** The error that a response holds. */
export function readError(reader: Reader): KeyloftError {
  const code = reader.text() as KeyloftError["code"];
  const message = reader.text();
  const causes: string[] = [];
  while (reader.u8() === 1) causes.push(reader.text());
  const cause = causes.reduceRight<Error | undefined>(
    (inner, message) => new Error(message, inner === undefined ? undefined : { cause: inner }),
    undefined,
  );
  return new KeyloftError(code, inJavaScript(code, message), cause === undefined ? undefined : { cause });
}
