import { invalid, shown } from "../error/check.js";
import { type KeyPart, type PartCodec, partCodec, readText, writeBytes, writeText } from "./key-part.js";
import { Reader } from "./reader.js";
import { Writer } from "./writer.js";

/** The codec of a type of keys. `P` is the type of their prefixes. */
export interface KeyCodec<K, P> {
  /** Writes the bytes of the key, without their length. */
  write(writer: Writer, key: K): void;
  /** Returns the key of these bytes. */
  read(reader: Reader, start: number, end: number): K;
  /** Writes the bytes with which all keys of this prefix begin. */
  prefix(writer: Writer, prefix: P): void;
  /** Returns `true` for the first parts of a key of several parts. */
  isPrefix?(key: unknown): boolean;
}

const COLON = 0x3a;

const PERCENT = 0x25;

/** The codec of ids that are text. */
export const textKey: KeyCodec<string, string> = {
  write: writeText,
  read: readText,
  prefix: writeText,
};

/** The codec of ids that are bytes. */
export const bytesKey: KeyCodec<Uint8Array, Uint8Array> = {
  write: writeBytes,
  read: (reader, start, end) => reader.buffer.slice(start, end),
  prefix: writeBytes,
};

/** Returns the codec of a predefined composite, `{left}:{right}`: a namespace and a table, or a user and a row. */
export function pairKey<R>(right: KeyCodec<R, R>): KeyCodec<readonly [string, R], readonly [string]> {
  const left = (writer: Writer, value: unknown): void => {
    if (typeof value !== "string") throw invalid(`the first part of the key must be a string, not ${shown(value)}`);
    writer.utf8(/[%:]/.test(value) ? value.replaceAll("%", "%25").replaceAll(":", "%3A") : value);
    writer.u8(COLON);
  };
  return {
    write(writer, key) {
      if (!Array.isArray(key) || key.length !== 2) throw invalid(`the key must be an array of two parts, not ${shown(key)}`);
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
        throw invalid(`the prefix must be an array of one string, not ${shown(prefix)}`);
      }
      left(writer, prefix[0]);
    },
    isPrefix: (key) => Array.isArray(key) && key.length === 1,
  };
}

/** Returns the codec of a key of one part. */
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

/** Returns the codec of a key of several parts: the bytes of the same tuple in Rust. */
export function tupleKey(parts: readonly KeyPart[]): KeyCodec<readonly unknown[], readonly unknown[]> {
  const codecs = parts.map(partCodec);
  const last = codecs.length - 1;
  const lastCodec = codecs[last] as PartCodec<unknown>;
  return {
    write(writer, key) {
      if (!Array.isArray(key) || key.length !== codecs.length) {
        throw invalid(`the key must be an array of ${codecs.length} parts, not ${shown(key)}`);
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
        throw invalid(`the prefix must be an array of the first 1 to ${last} parts, not ${shown(prefix)}`);
      }
      for (let i = 0; i < prefix.length; i++) (codecs[i] as PartCodec<unknown>).write(writer, prefix[i]);
    },
    isPrefix: (key) => Array.isArray(key) && key.length > 0 && key.length < codecs.length,
  };
}
