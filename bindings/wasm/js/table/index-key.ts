import type { Int64 } from "../codec/integer.js";
import { isDate } from "../codec/foreign.js";
import { floatPart, type PartCodec, partCodec } from "../codec/key-part.js";
import type { KeyCodec } from "../codec/key.js";
import { invalid, shown } from "../error/check.js";

/** The types of an indexed column, and of its values in JavaScript. */
export interface ColumnTypes {
  string: string;
  bytes: Uint8Array;
  bool: boolean;
  i64: Int64;
  f64: number;
  timestamp: Date;
}

/** The name of a type of an indexed column. */
export type ColumnType = keyof ColumnTypes;

export function columnType(type: unknown): ColumnType {
  if (typeof type !== "string" || !Object.hasOwn(COLUMNS, type)) {
    throw invalid(`the type of a column must be one of ${Object.keys(COLUMNS).join(", ")}, not ${shown(type)}`);
  }
  return type as ColumnType;
}

const timestamp: PartCodec<unknown> = {
  write: (writer, value) => partCodec("i64").write(writer, millis(value)),
  writeLast: (writer, value) => partCodec("i64").writeLast(writer, millis(value)),
  read: (reader, end) => new Date(Number(partCodec("i64").read(reader, end))),
  readLast: (reader, start, end) => new Date(Number(partCodec("i64").readLast(reader, start, end))),
};

function millis(value: unknown): bigint {
  if (!isDate(value) || Number.isNaN(value.getTime())) throw invalid(`the value must be a valid Date, not ${shown(value)}`);
  return BigInt(value.getTime());
}

const COLUMNS: { readonly [T in ColumnType]: PartCodec<unknown> } = {
  string: partCodec("string"),
  bytes: partCodec("bytes"),
  bool: partCodec("bool"),
  i64: partCodec("i64"),
  f64: floatPart as PartCodec<unknown>,
  timestamp,
};

export function columnsCodec(columns: readonly (readonly [string, ColumnType])[]): KeyCodec<unknown, unknown> {
  const codecs = columns.map(([, type]) => COLUMNS[type]);
  const last = codecs.length - 1;
  const lastCodec = codecs[last] as PartCodec<unknown>;
  const single = columns.length === 1;
  const parts = (value: unknown, min: number, max: number): readonly unknown[] => {
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      throw invalid(`the value must be an array of the columns ${columns.map(([name]) => name).join(", ")}, not ${shown(value)}`);
    }
    return value;
  };
  return {
    write(writer, value) {
      if (single) {
        lastCodec.writeLast(writer, value);
        return;
      }
      const values = parts(value, codecs.length, codecs.length);
      for (let i = 0; i < last; i++) (codecs[i] as PartCodec<unknown>).write(writer, values[i]);
      lastCodec.writeLast(writer, values[last]);
    },
    read: () => undefined,
    prefix(writer, prefix) {
      if (single) {
        const type = columns[0]?.[1];
        if (type !== "string" && type !== "bytes") throw invalid(`values of type ${type} have no prefixes: use from and to`);
        lastCodec.writeLast(writer, prefix);
        return;
      }
      parts(prefix, 1, last).forEach((value, i) => (codecs[i] as PartCodec<unknown>).write(writer, value));
    },
    isPrefix: (value) => !single && Array.isArray(value) && value.length > 0 && value.length < codecs.length,
  };
}
