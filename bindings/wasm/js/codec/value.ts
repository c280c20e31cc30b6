const BRAND = Symbol.for("keyloft.Timestamp");

/**
 * A time that no `Date` can hold: more than 100,000,000 days from 1970. Only such times are read as one; any time may
 * be written as one.
 */
export class Timestamp {
  /** Milliseconds since the Unix epoch. */
  readonly ms: bigint;

  constructor(ms: bigint) {
    this.ms = ms;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** Also one that another copy of the package has made, in its CommonJS form or its memory build. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && BRAND in value;
  }
}

/**
 * What a column can hold.
 *
 * | here | in Rust | |
 * | --- | --- | --- |
 * | `null` | `Null` | |
 * | `boolean` | `Bool` | |
 * | `bigint` | `Int` | 64 bits |
 * | `number` | `Float` | every number, whole ones too |
 * | `string` | `Text` | |
 * | `Uint8Array` | `Bytes` | copied |
 * | `Date` | `Timestamp` | a `Timestamp` where no `Date` reaches |
 * | array | `List` | |
 * | plain object | `Map` | a property that is `undefined` is left out |
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Date
  | Timestamp
  | readonly Value[]
  | { readonly [key: string]: Value | undefined };

/** Named columns. A column that is `undefined` is left out, which is not the same as `null`. */
export type Row = { [column: string]: Value | undefined };

/** Whether it is an object of properties, and nothing else. */
export function isPlain(value: unknown): value is Row {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || isForeignObject(prototype);
}

/** Whether it is the `Object.prototype` of another realm: of a frame, or of a test runner's sandbox. */
function isForeignObject(prototype: unknown): boolean {
  return (
    typeof prototype === "object" &&
    prototype !== null &&
    Object.getPrototypeOf(prototype) === null &&
    Object.prototype.hasOwnProperty.call(prototype, "isPrototypeOf")
  );
}
