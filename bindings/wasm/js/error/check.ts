import { KeyloftError } from "./error.js";

/** Returns the error of an argument that is not allowed. */
export function invalid(message: string, cause?: unknown): KeyloftError {
  return new KeyloftError("InvalidArgument", message, cause === undefined ? undefined : { cause });
}

/** Throws unless the value is `undefined` or an object with these fields only. `what` names the value in the error. */
export function checkFields(value: unknown, fields: readonly string[], what: string): void {
  if (value === undefined) return;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(`${what} must be an object, not ${shown(value)}`);
  for (const name in value) {
    if (!fields.includes(name)) throw invalid(`${what} have no field ${shown(name)}: the fields are ${fields.join(", ")}`);
  }
}

/** Throws unless the value is a function. A generator function is refused: a call would not run its body. */
export function checkFunction(value: unknown, what: string): void {
  if (typeof value !== "function") throw invalid(`${what} must be a function, not ${shown(value)}`);
  if (Object.prototype.toString.call(value).endsWith("GeneratorFunction]")) {
    throw invalid(`${what} must not be a generator function, because a call does not run its body: leave out the asterisk`);
  }
}

/** Returns the text for a value in an error message. */
export function shown(value: unknown): string {
  if (typeof value === "string") return value.length > 64 ? `${JSON.stringify(value.slice(0, 64))}…` : JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null) {
    if (Array.isArray(value)) return `an array of ${value.length}`;
    const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
    return typeof name === "string" && name !== "Object" && name !== "" ? `${/^[AEIOU]/i.test(name) ? "an" : "a"} ${name}` : "an object";
  }
  return typeof value === "function" ? "a function" : String(value);
}

/** Throws unless the value is an array. */
export function checkArray(value: unknown, what: string): void {
  if (!Array.isArray(value)) throw invalid(`${what} must be an array, not ${shown(value)}`);
}

/** Returns the limit for the engine, or `undefined` if there is none. */
export function checkLimit(limit: unknown): number | undefined {
  if (limit === undefined || limit === Infinity) return undefined;
  if (typeof limit !== "number" || !Number.isInteger(limit) || limit < 0) {
    throw invalid(`a limit must be a whole number of at least 0, not ${shown(limit)}`);
  }
  return Math.min(limit, 2 ** 32 - 1);
}
