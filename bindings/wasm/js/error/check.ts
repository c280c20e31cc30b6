import { KeyloftError } from "./error.js";

/** The error of an argument that can't be meant. */
export function invalid(message: string, cause?: unknown): KeyloftError {
  return new KeyloftError("InvalidArgument", message, cause === undefined ? undefined : { cause });
}

/** Refuses options, or whatever else `what` is, that are no object or have other fields than these. None are fine. */
export function checkFields(value: unknown, fields: readonly string[], what: string): void {
  if (value === undefined) return;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(`${what} are an object, not ${shown(value)}`);
  for (const name in value) {
    if (!fields.includes(name)) throw invalid(`${what} have no ${shown(name)}: they have ${fields.join(", ")}`);
  }
}

/** Refuses what can't be called. */
export function checkFunction(value: unknown, what: string): void {
  if (typeof value !== "function") throw invalid(`${what} is a function, not ${shown(value)}`);
  if (Object.prototype.toString.call(value).endsWith("GeneratorFunction]")) {
    throw invalid(`${what} is a generator function, of which nothing is done when it is called: leave out the asterisk`);
  }
}

/** A value as a message shows it. */
export function shown(value: unknown): string {
  if (typeof value === "string") return value.length > 64 ? `${JSON.stringify(value.slice(0, 64))}…` : JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null) {
    if (Array.isArray(value)) return `an array of ${value.length}`;
    const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
    return typeof name === "string" && name !== "Object" && name !== "" ? `a ${name}` : "an object";
  }
  return typeof value === "function" ? "a function" : String(value);
}

/** Refuses what is no array. */
export function checkArray(value: unknown, what: string): void {
  if (!Array.isArray(value)) throw invalid(`${what} are an array, not ${shown(value)}`);
}

/** The limit, if there is one that the engine has to know. */
export function checkLimit(limit: unknown): number | undefined {
  if (limit === undefined || limit === Infinity) return undefined;
  if (typeof limit !== "number" || !Number.isInteger(limit) || limit < 0) {
    throw invalid(`a limit is a whole number from 0 on, not ${shown(limit)}`);
  }
  return Math.min(limit, 2 ** 32 - 1);
}
