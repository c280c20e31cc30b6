const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The longest entity whose text is decoded in one call and then sliced, which is faster. */
const CUT = 4096;

const TWO_32 = 2 ** 32;

/** Decodes one byte to one character. Only ASCII bytes are given. */
let ascii: (bytes: Uint8Array, start: number, end: number) => string = (() => {
  const decoder = new TextDecoder("latin1");
  return (bytes: Uint8Array, start: number, end: number) => decoder.decode(bytes.subarray(start, end));
})();

/** Sets a faster decoder, where the runtime has one. */
export function decodeAsciiWith(decode: typeof ascii): void {
  ascii = decode;
}

/** The error of malformed bytes. */
class Malformed extends Error {}

/** Returns `true` for the error of malformed bytes. */
export function isMalformed(error: unknown): boolean {
  return error instanceof Malformed;
}

/** A reader of a response, or of a stored entity. */
export class Reader {
  buffer: Uint8Array;
  pos: number;
  end: number;
  /** The text that was decoded in one call, and where its bytes begin. */
  private cutFrom = 0;
  private cut: string | undefined;

  private view: DataView;

  constructor(buffer: Uint8Array, pos = 0, end = buffer.length) {
    this.buffer = buffer;
    this.view = viewOf(buffer);
    this.pos = pos;
    this.end = end;
  }

  /** Makes the reader read these bytes. */
  reset(buffer: Uint8Array, pos: number, end: number): void {
    if (buffer !== this.buffer) {
      this.buffer = buffer;
      this.view = viewOf(buffer);
    }
    this.pos = pos;
    this.end = end;
    this.cut = undefined;
  }

  /** Makes the reader read this part of the same bytes. */
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

  /** Reads a count of 64 bits, which is below 2^53. */
  count(): number {
    const low = this.u32();
    return this.u32() * TWO_32 + low;
  }

  /** Reads bytes after their length in four bytes. They are copied. */
  bytes(): Uint8Array {
    const len = this.u32();
    this.pos += len;
    return this.buffer.slice(this.pos - len, this.pos);
  }

  /** Reads text after its length in four bytes. */
  text(): string {
    const len = this.u32();
    this.pos += len;
    return this.decode(this.pos - len, this.pos);
  }

  /** Reads the bytes that are left. They are copied. */
  rest(): Uint8Array {
    const { pos, end } = this;
    this.pos = end;
    return this.buffer.slice(pos, end);
  }

  /** Throws if there are bytes left. */
  expectEnd(): void {
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

  f32(): number {
    const { pos } = this;
    if (pos + 4 > this.end) throw new Malformed();
    this.pos += 4;
    return this.view.getFloat32(pos, true);
  }

  f64(): number {
    const { pos } = this;
    if (pos + 8 > this.end) throw new Malformed();
    this.pos += 8;
    return this.view.getFloat64(pos, true);
  }

  /** Reads bytes in postcard's form. They are copied. */
  blob(): Uint8Array {
    const len = this.length();
    this.pos += len;
    return this.buffer.slice(this.pos - len, this.pos);
  }

  /** Reads text in postcard's form. */
  string(): string {
    const len = this.length();
    this.pos += len;
    return this.decode(this.pos - len, this.pos);
  }

  option<T>(read: (reader: Reader) => T): T | null {
    return this.flag() ? read(this) : null;
  }

  /** Reads a length. Throws if fewer bytes are left. */
  length(): number {
    const len = this.varint();
    if (len > this.end - this.pos) throw new Malformed();
    return len;
  }

  malformed(): Error {
    return new Malformed();
  }

  /**
   * Skips these bytes and returns `true`, or returns `false` if the next bytes differ. `words` are the same bytes as
   * 32-bit words.
   */
  skipIf(bytes: Uint8Array, words: readonly number[]): boolean {
    const { buffer, view, pos } = this;
    const { length } = bytes;
    if (length > this.end - pos) return false;
    for (let i = 0; i < words.length; i++) if (view.getInt32(pos + 4 * i) !== words[i]) return false;
    for (let i = 4 * words.length; i < length; i++) if (buffer[pos + i] !== bytes[i]) return false;
    this.pos = pos + length;
    return true;
  }

  /** Returns the text of these bytes. */
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

  /** Reads an unsigned integer of this number of bits in postcard's form, which begins at this position. */
  wide(start: number, bits = 64n): bigint {
    this.pos = start;
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) {
        if (value >> bits !== 0n) throw new Malformed();
        return value;
      }
      if (shift >= bits) throw new Malformed();
    }
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
