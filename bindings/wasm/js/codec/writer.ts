import { invalid, shown } from "../error/check.js";
import { KeyloftError } from "../error/error.js";
import { bytesIn } from "./bytes.js";
import { I64_MAX, I64_MIN, type Int64, U64_MAX, wideInteger } from "./integer.js";

const encoder = new TextEncoder();

/** The longest ASCII text and the longest bytes that are copied one by one. As a length it takes one byte. */
const SHORT = 127;

/** The longest text that never takes more than that in UTF-8. */
const SHORT_TEXT = 42;

/** A writer of requests and of stored forms. */
export class Writer {
  buffer: Uint8Array;
  pos = 0;

  constructor(buffer: Uint8Array = new Uint8Array(256)) {
    this.buffer = buffer;
  }

  /** Makes room for more bytes. */
  protected grow(more: number): void {
    const larger = new Uint8Array(Math.max(this.pos + more, this.buffer.length * 2));
    larger.set(this.buffer.subarray(0, this.pos));
    this.buffer = larger;
  }

  /**
   * Makes sure that there is room. Every write must call it first: a getter that ran meanwhile may have grown the
   * engine's memory, which detaches the buffer.
   */
  need(more: number): void {
    if (this.pos + more > this.buffer.length) this.grow(more);
  }

  /** Returns a copy of the written bytes. */
  written(start = 0): Uint8Array {
    if (this.pos === start) return new Uint8Array(0);
    this.need(0);
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

  /** Begins a part after its length in four bytes. `endBytes` ends it. */
  beginBytes(): number {
    this.need(4);
    this.pos += 4;
    return this.pos;
  }

  endBytes(start: number): void {
    this.need(0);
    this.setU32(start - 4, this.pos - start);
  }

  i64(value: bigint): void {
    const low = Number(BigInt.asUintN(32, value));
    this.u32(low);
    this.u32(Number(BigInt.asUintN(32, value >> 32n)));
  }

  raw(bytes: Uint8Array): void {
    const { length } = bytes;
    if (length === 0) bytesIn(bytes);
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
    const start = this.beginBytes();
    this.utf8(text);
    this.endBytes(start);
  }

  optional<T>(value: T | undefined, write: (value: T) => void): void {
    this.flag(value !== undefined);
    if (value !== undefined) write(value);
  }

  /** Writes the UTF-8 of the text, without its length. */
  utf8(text: string): void {
    const { length } = text;
    this.need(length * 3);
    if (length <= SHORT && this.tryAscii(text, this.pos)) {
      this.pos += length;
      return;
    }
    const written = this.encode(text, this.pos);
    if (written === undefined) throw malformedText(text, "the key");
    this.pos += written;
  }

  /** Writes a length in postcard's form, or any number up to 2^53. */
  varint(value: number): void {
    this.need(8);
    while (value > 127) {
      this.buffer[this.pos++] = (value % 128) | 128;
      value = Math.floor(value / 128);
    }
    this.buffer[this.pos++] = value;
  }

  /** Writes an unsigned integer of 64 bits in postcard's form. */
  uvarint(value: Int64, what: string): void {
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) {
      this.varint(value);
      return;
    }
    const wide = wideInteger(value, 0n, U64_MAX, what);
    this.wide(wide);
  }

  /** Writes a signed integer of 64 bits in postcard's form. */
  zigzag(value: Int64, what: string): void {
    if (typeof value === "number" && Number.isSafeInteger(value) && Math.abs(value) < 2 ** 52) {
      this.varint(value < 0 ? -2 * value - 1 : 2 * value);
      return;
    }
    const wide = wideInteger(value, I64_MIN, I64_MAX, what);
    this.wide(wide < 0n ? -2n * wide - 1n : 2n * wide);
  }

  /** Writes text in postcard's form. */
  string(text: string, what: string): void {
    if (typeof text !== "string") throw invalid(`${what} must be a string, not ${shown(text)}`);
    if (!this.tryString(text)) throw malformedText(text, what);
  }

  /** Writes text in postcard's form and returns `true`, or returns `false` if it is not well-formed. */
  tryString(text: string): boolean {
    const { length } = text;
    const { pos } = this;
    this.need(length * 3 + 5);
    if (length <= SHORT && this.tryAscii(text, pos + 1)) {
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

  f32(value: number): void {
    FLOAT_32[0] = value;
    this.raw(FLOAT_32_BYTES);
  }

  f64(value: number): void {
    FLOAT[0] = value;
    if (value !== value) FLOAT_BYTES.set(NAN);
    this.raw(FLOAT_BYTES);
  }

  /** Writes the text and returns `true`, or returns `false` if it is not ASCII. */
  private tryAscii(text: string, at: number): boolean {
    const { buffer } = this;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) return false;
      buffer[at + i] = code;
    }
    return true;
  }

  /** Writes the text and returns its length, or `undefined` if it is not well-formed. */
  private encode(text: string, at: number): number | undefined {
    const { written, read } = encoder.encodeInto(text, this.buffer.subarray(at));
    if (read !== text.length) throw invalid("there is no room for the text");
    // `encodeInto` silently replaces a lone surrogate.
    return written === text.length || isWellFormed(text) ? written : undefined;
  }

  /** Writes an unsigned integer of any width in postcard's form. */
  wide(value: bigint): void {
    this.need(19);
    while (value > 127n) {
      this.buffer[this.pos++] = Number(value & 127n) | 128;
      value >>= 7n;
    }
    this.buffer[this.pos++] = Number(value);
  }
}

// Both the engine's memory and all machines that run it are little-endian.
const FLOAT = new Float64Array(1);

const FLOAT_BYTES = new Uint8Array(FLOAT.buffer);

const FLOAT_32 = new Float32Array(1);

const FLOAT_32_BYTES = new Uint8Array(FLOAT_32.buffer);

const NAN = new Uint8Array([0, 0, 0, 0, 0, 0, 0xf8, 0x7f]);

/** Returns the error of text that is not well-formed. */
export function malformedText(text: string, what: string): KeyloftError {
  return invalid(`${what} is ${shown(text)}, which is not well-formed text: it has a lone surrogate`);
}

function isWellFormed(text: string): boolean {
  const checked: { isWellFormed?: () => boolean } = text as string & { isWellFormed?: () => boolean };
  return checked.isWellFormed ? checked.isWellFormed() : !/\p{Surrogate}/u.test(text);
}
