import { bytesIn } from "../../codec/bytes.js";
import { isBytes, isDate } from "../../codec/foreign.js";
import { isPlain, Timestamp } from "../../codec/value.js";
import { invalid, shown } from "../../error/check.js";
import { KeyloftError } from "../../error/error.js";
import { deserializeError, type SerializedError, serializeError } from "./serialized-error.js";

// Packs values for messages. Packing keeps instances of `Timestamp` and `KeyloftError`, which would arrive as other objects. It
// copies values, because the caller may change a value before it is sent, and because bytes may be a view of a much larger buffer.

/** The deepest nesting of values. It is greater than the limit for rows, which the engine checks. */
const DEPTH = 80;

/** A value in a message, which shares no memory with other values. */
export interface PackedValue {
  value: unknown;
  /** Set for a value that holds packed times or errors. */
  times: boolean;
}

/** Packs a copy of the value. */
export function pack(value: unknown): PackedValue {
  const packed: PackedValue = { value: undefined, times: false };
  packed.value = copy(packed, value, 0);
  return packed;
}

/** Packs a value that no other code uses, without a copy. */
export function packOwned(value: unknown): PackedValue {
  const packed: PackedValue = { value: undefined, times: false };
  packed.value = replace(value, (inner) => {
    const isError = inner instanceof KeyloftError;
    if (!isError && !(inner instanceof Timestamp)) return inner;
    packed.times = true;
    return isError ? new Map([["error", serializeError(inner)]]) : sent(inner);
  });
  return packed;
}

/** Returns the value that was packed. */
export function unpack({ value, times }: { value: unknown; times?: boolean | undefined }): unknown {
  return times === true ? replace(value, (inner) => (inner instanceof Map ? received(inner as PackedInstance) : inner)) : value;
}

/** A packed instance of a class. No other value in a message is a map. */
type PackedInstance = ReadonlyMap<string, unknown>;

function received(packed: PackedInstance): unknown {
  const error = packed.get("error");
  return error === undefined ? new Timestamp(packed.get("ms") as bigint) : deserializeError(error as SerializedError);
}

/** Packs a time. */
function sent({ ms }: Timestamp): unknown {
  return new Map([["ms", ms]]);
}

function copy(packed: PackedValue, value: unknown, depth: number): unknown {
  if (typeof value === "function" || typeof value === "symbol") throw unsendable(value);
  if (typeof value !== "object" || value === null) return value;
  if (isBytes(value)) {
    // `slice` of a Buffer is a view of the same memory.
    const bytes = new Uint8Array(value.length);
    bytes.set(bytesIn(value));
    return bytes;
  }
  if (isDate(value)) return new Date(value.getTime());
  if (value instanceof Timestamp) {
    packed.times = true;
    return sent(value);
  }
  if (depth === DEPTH) throw invalid(`an argument holds lists and objects nested deeper than ${DEPTH} levels`);
  if (Array.isArray(value)) return value.map((item: unknown) => copy(packed, item, depth + 1));
  if (!isPlain(value)) throw unsendable(value);
  const copied: { [name: string]: unknown } = {};
  for (const name of Object.keys(value)) set(copied, name, copy(packed, value[name], depth + 1));
  return copied;
}

/** Replaces values inside lists and objects in place. */
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
  // A plain assignment would set the object's prototype.
  if (name === "__proto__") Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  else object[name] = value;
}

function unsendable(value: unknown): Error {
  return invalid(`${shown(value)} can't be sent to the database: use plain objects, arrays, bytes and dates`);
}
