import { invalid, shown } from "../error/check.js";
import type { TableId } from "./entity.js";
import type { Int64 } from "./integer.js";
import type { Reader } from "./reader.js";
import type { Writer } from "./writer.js";

/** The codec of an entity of a system table. */
export interface EntityCodec<E, I> {
  /** The name of the entity in messages. */
  name: string;
  /** The fields of the entity; `true` for a field that may be `null`. */
  fields: { readonly [F in keyof I]-?: null extends I[F] ? true : false };
  write(writer: Writer, entity: I): void;
  read(reader: Reader): E;
}

/** Throws if the entity has unknown fields, or `null` in a field that can't have it. */
export function checkEntity<E, I extends object>(entity: I, { name, fields }: EntityCodec<E, I>): void {
  for (const field in entity) {
    if (!Object.hasOwn(fields, field)) throw invalid(`${name} has no field ${shown(field)}: the fields are ${Object.keys(fields).join(", ")}`);
    if (entity[field] === null && !fields[field]) throw invalid(`${field} of ${name} must not be null: leave it out for its default`);
  }
}

export const now = (): bigint => BigInt(Date.now());

export function writeEnumeration<T extends string>(writer: Writer, value: T, names: readonly T[], what: string): void {
  const code = names.indexOf(value);
  if (code < 0) throw invalid(`${what} must be one of ${names.join(", ")}, not ${shown(value)}`);
  writer.u8(code);
}

export function readEnumeration<T extends string>(reader: Reader, names: readonly T[]): T {
  const name = names[reader.varint()];
  if (name === undefined) throw reader.malformed();
  return name;
}

export function writeOptional<T>(writer: Writer, value: T | null | undefined, write: (value: T) => void): void {
  if (value === null || value === undefined) {
    writer.u8(0);
  } else {
    writer.u8(1);
    write(value);
  }
}

export function writeText(writer: Writer, value: string | null | undefined, what: string): void {
  writeOptional(writer, value, (value) => writer.string(value, what));
}

export function writeTime(writer: Writer, value: Int64 | null | undefined, what: string): void {
  writeOptional(writer, value, (value) => writer.zigzag(value, what));
}

export function writeFlag(writer: Writer, value: boolean, what: string): void {
  if (typeof value !== "boolean") throw invalid(`${what} must be true or false, not ${shown(value)}`);
  writer.flag(value);
}

export function writeCount(writer: Writer, value: number, what: string): void {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
    throw invalid(`${what} must be an unsigned 32-bit integer, not ${shown(value)}`);
  }
  writer.varint(value);
}

export function writeTableId(writer: Writer, id: TableId, what: string): void {
  if (!Array.isArray(id) || id.length !== 2) throw invalid(`${what} must be an array of a namespace and a name, not ${shown(id)}`);
  writer.string(id[0], `the namespace of ${what}`);
  writer.string(id[1], `the name of ${what}`);
}

export const readTableId = (reader: Reader): TableId => [reader.string(), reader.string()];

export const readString = (reader: Reader): string => reader.string();

export const readTime = (reader: Reader): bigint => reader.zigzag();

export const readCount = (reader: Reader): bigint => reader.uvarint();
