import { bytesIn } from "../../codec/bytes.js";
import { isPlain, Timestamp } from "../../codec/value.js";
import { invalid, shown } from "../../error/check.js";

// What can't be sent as it is: instances of `Timestamp`, which would arrive as plain objects; and what is changed, or is
// part of something larger, before it is sent.


/** How deep values may be nested: deeper than rows, in which it is looked at again. */
const DEPTH = 80;

/** A value to be sent, which is nobody else's. */
export interface PackedValue {
  value: unknown;
  /** Whether there are times in it that have to be made again. */
  times: boolean;
}

/** A copy of somebody's value. */
export function pack(value: unknown): PackedValue {
  const packed: PackedValue = { value: undefined, times: false };
  packed.value = copy(packed, value, 0);
  return packed;
}

/** A value that nobody else has, itself. */
export function packOwned(value: unknown): PackedValue {
  const packed: PackedValue = { value: undefined, times: false };
  packed.value = replace(value, (inner) => {
    if (!(inner instanceof Timestamp)) return inner;
    packed.times = true;
    return sent(inner);
  });
  return packed;
}

/** The value that was packed. */
export function unpack({ value, times }: { value: unknown; times?: boolean | undefined }): unknown {
  return times === true ? replace(value, (inner) => (inner instanceof Map ? new Timestamp(inner.get("ms") as bigint) : inner)) : value;
}

/** A time on its way: no value that is sent is a map otherwise. */
function sent({ ms }: Timestamp): unknown {
  return new Map([["ms", ms]]);
}

function copy(packed: PackedValue, value: unknown, depth: number): unknown {
  if (typeof value === "function" || typeof value === "symbol") throw unsendable(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) {
    // By `slice` a Buffer would be a part of what it is a part of.
    const bytes = new Uint8Array(value.length);
    bytes.set(bytesIn(value));
    return bytes;
  }
  if (value instanceof Date) return new Date(value.getTime());
  if (value instanceof Timestamp) {
    packed.times = true;
    return sent(value);
  }
  if (depth === DEPTH) throw invalid("an argument holds lists and objects nested too deep");
  if (Array.isArray(value)) return value.map((item: unknown) => copy(packed, item, depth + 1));
  if (!isPlain(value)) throw unsendable(value);
  const copied: { [name: string]: unknown } = {};
  for (const name of Object.keys(value)) set(copied, name, copy(packed, value[name], depth + 1));
  return copied;
}

/** Replaces what is in lists and objects, where they are. */
function replace(value: unknown, by: (inner: unknown) => unknown): unknown {
  const replaced = by(value);
  if (replaced !== value || typeof value !== "object" || value === null) return replaced;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      if (typeof item === "object") value[i] = replace(item, by);
    }
  } else if (isPlain(value)) {
    for (const name of Object.keys(value)) {
      const item: unknown = value[name];
      if (typeof item === "object" && item !== null) set(value, name, replace(item, by));
    }
  }
  return value;
}

function set(object: { [name: string]: unknown }, name: string, value: unknown): void {
  // As a plain assignment it would be the object's prototype.
  if (name === "__proto__") Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  else object[name] = value;
}

function unsendable(value: unknown): Error {
  return invalid(`${shown(value)} can't be sent to where the database is: use plain objects, arrays, bytes and dates`);
}
