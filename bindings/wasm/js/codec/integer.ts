import { invalid, shown } from "../error/check.js";

export const I64_MIN = -(2n ** 63n);

export const I64_MAX = 2n ** 63n - 1n;

export const U64_MAX = 2n ** 64n - 1n;

/** A 64-bit integer. A `number` must be a safe integer. */
export type Int64 = bigint | number;

/** Returns the integer as a bigint. Throws unless it is an integer within the bounds. */
export function wideInteger(value: Int64, min: bigint, max: bigint, what: string): bigint {
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) {
      throw invalid(`${what} is ${shown(value)}, not a safe integer: use a bigint`);
    }
    value = BigInt(value);
  } else if (typeof value !== "bigint") {
    throw invalid(`${what} is ${shown(value)}, not an integer`);
  }
  if (value < min || value > max) throw invalid(`${what} is ${value}, out of the range from ${min} to ${max}`);
  return value;
}

/** Returns the time as a bigint. Throws unless it is a 64-bit integer. */
export function wideTime(time: Int64): bigint {
  return wideInteger(time, -(2n ** 63n), 2n ** 63n - 1n, "a time");
}
