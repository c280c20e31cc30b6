// Values as text, and text as values of a column's type.

import { type Row, Timestamp, type Value } from "keyloft";

/** The types of values that can be edited. */
export type Type = "null" | "bool" | "int" | "float" | "text" | "bytes" | "time" | "nested";

/** The error of a text that is not a value of the column's type. It never reaches the database. */
export class Unreadable extends Error {}

/** Returns the type of a value. */
export function typeOf(value: Value): Type {
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
    case "number":
      return "float";
    case "string":
      return "text";
    default:
      if (value === null) return "null";
      if (value instanceof Uint8Array) return "bytes";
      return value instanceof Date || value instanceof Timestamp ? "time" : "nested";
  }
}

/** Formats a value for a cell. */
export function show(value: Value | undefined): string {
  if (value === undefined) return "";
  if (value === null) return "null";
  if (typeof value === "number") return Number.isInteger(value) ? value.toFixed(1) : String(value);
  if (value instanceof Uint8Array) return hex(value);
  if (value instanceof Date) return time(value.getTime());
  if (value instanceof Timestamp) return `${value.ms} ms`;
  if (typeof value !== "object") return String(value);
  if (isList(value)) return `[${value.map(quoted).join(", ")}]`;
  return `{${Object.entries(value).map(([name, value]) => `${name}: ${quoted(value ?? null)}`).join(", ")}}`;
}

/** Formats milliseconds since the Unix epoch as a date and a time in UTC. */
export function time(ms: number | bigint): string {
  const date = new Date(Number(ms));
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString().replace("T", " ").replace(/(\.000)?Z$/, "");
}

/** Formats a value for its editor. */
export function editable(value: Value | undefined): string {
  if (value === undefined || value === null) return "";
  if (value instanceof Timestamp) return String(value.ms);
  return value instanceof Date ? value.toISOString() : typeof value === "number" ? String(value) : show(value);
}

/** Returns the hint for the editor of this type. */
export const ASKED: { readonly [T in Type]: string } = {
  null: "text",
  bool: "true or false",
  int: "whole number of 64 bits",
  float: "number",
  text: "text",
  bytes: "bytes in hex",
  time: "date and time, or milliseconds",
  nested: "not edited here",
};

/** Parses the value of a column of this type. Empty text is `null`, unless the column holds text. */
export function parse(text: string, type: Type): Value {
  const bare = text.trim();
  if (type === "text" || type === "null") return text;
  if (bare === "") return null;
  switch (type) {
    case "bool":
      if (bare === "true" || bare === "false") return bare === "true";
      break;
    case "int":
      if (/^[+-]?\d+$/.test(bare)) return BigInt(bare);
      break;
    case "float":
      if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(bare)) return Number(bare);
      break;
    case "bytes":
      if (/^([\da-f]{2}\s*)+$/i.test(bare)) return Uint8Array.from(bare.match(/[\da-f]{2}/gi) ?? [], (pair) => parseInt(pair, 16));
      break;
    case "time": {
      const date = new Date(/^-?\d+$/.test(bare) ? Number(bare) : bare);
      if (!Number.isNaN(date.getTime())) return date;
      break;
    }
    case "nested":
  }
  throw new Unreadable(`${JSON.stringify(text)} is not what the column holds: ${ASKED[type]}`);
}

/** Returns `true` if two values are equal. */
export function same(a: Value | undefined, b: Value | undefined): boolean {
  return a === b || (typeof a === typeof b && a !== undefined && b !== undefined && typeOf(a) === typeOf(b) && show(a) === show(b));
}

/** Returns the columns in which two rows differ. */
export function differing(a: Row, b: Row): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((column) => !same(a[column], b[column]));
}

/** Formats bytes in hex. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function quoted(value: Value): string {
  return typeof value === "string" ? JSON.stringify(value) : show(value);
}

function isList(value: Value & object): value is readonly Value[] {
  return Array.isArray(value);
}
