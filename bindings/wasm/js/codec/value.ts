const BRAND = Symbol.for("keyloft.Timestamp");

/**
 * A time out of the range of `Date`: more than 100,000,000 days from 1970. Reads return a `Timestamp` only for such a
 * time; writes accept it for any time.
 */
export class Timestamp {
  /** Milliseconds since the Unix epoch. */
  readonly ms: bigint;

  constructor(ms: bigint) {
    this.ms = ms;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** Accepts instances of other copies of the package too: the CommonJS build and the entry point `keyloft/memory`. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && BRAND in value;
  }
}

/**
 * A value of a column.
 *
 * | in JavaScript | in Rust | |
 * | --- | --- | --- |
 * | `null` | `Null` | |
 * | `boolean` | `Bool` | |
 * | `bigint` | `Int` | 64 bits |
 * | `number` | `Float` | every number, whole ones too |
 * | `string` | `Text` | |
 * | `Uint8Array` | `Bytes` | copied |
 * | `Date`, `Timestamp` | `Timestamp` | see [`Timestamp`](Timestamp) |
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

/** A row of named columns. A column that is `undefined` is left out; `null` is a value. */
export type Row = { [column: string]: Value | undefined };

/**
 * The form of a type of rows: each column with the type that it may have. A type `R` can be stored if it extends `Storable<R>`,
 * also if it is an `interface`.
 */
export type Storable<R> = { [C in keyof R]: StorableValue<R[C]> };

type StorableValue<V> = V extends Value | undefined
  ? V
  : V extends readonly (infer I)[]
    ? readonly StorableValue<I>[]
    : V extends (...args: never) => unknown
      ? never
      : V extends object
        ? { [P in keyof V]: StorableValue<V[P]> }
        : never;

/** Returns `true` for a plain object: not an array, and not an instance of a class. */
export function isPlain(value: unknown): value is Row {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || isForeignObject(prototype);
}

/** Returns `true` for the `Object.prototype` of another realm: of a frame, or of a test runner's sandbox. */
function isForeignObject(prototype: unknown): boolean {
  return (
    typeof prototype === "object" &&
    prototype !== null &&
    Object.getPrototypeOf(prototype) === null &&
    Object.prototype.hasOwnProperty.call(prototype, "isPrototypeOf")
  );
}
