// How values look, and how text becomes one of a column's type again.

import { type Row, Timestamp, type Value } from "keyloft";

/** The types that a value can be edited as. */
export type Type = "null" | "bool" | "int" | "float" | "text" | "bytes" | "time" | "nested";

/** Text that can't be a value of a column's type; never sent to the database. */
export class Unreadable extends Error {}

/** The type of a value. */
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

/** A value as a cell shows it. */
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

/** Milliseconds since the Unix epoch as a date and a time, in UTC. */
export function time(ms: number | bigint): string {
  const date = new Date(Number(ms));
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString().replace("T", " ").replace(/(\.000)?Z$/, "");
}

/** A value as its editor begins with it. */
export function editable(value: Value | undefined): string {
  if (value === undefined || value === null) return "";
  if (value instanceof Timestamp) return String(value.ms);
  return value instanceof Date ? value.toISOString() : typeof value === "number" ? String(value) : show(value);
}

/** What the editor of a value of this type asks for. */
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

/** The value of a text in a column of this type; no text is `null`, unless the column holds text. */
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

/** Whether two values are the same. */
export function same(a: Value | undefined, b: Value | undefined): boolean {
  return a === b || (typeof a === typeof b && a !== undefined && b !== undefined && typeOf(a) === typeOf(b) && show(a) === show(b));
}

/** The columns in which two rows differ. */
export function differing(a: Row, b: Row): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((column) => !same(a[column], b[column]));
}

/** Bytes in hex. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function quoted(value: Value): string {
  return typeof value === "string" ? JSON.stringify(value) : show(value);
}

function isList(value: Value & object): value is readonly Value[] {
  return Array.isArray(value);
}
