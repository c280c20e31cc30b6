import type { KeyCodec } from "../codec/key.js";
import type { Reader } from "../codec/reader.js";
import { readRow, writeRow } from "../codec/row.js";
import type { Row } from "../codec/value.js";
import type { Writer } from "../codec/writer.js";
import type { Shape } from "./shape.js";

/** A row of a table, with the metadata that the table keeps. Times are milliseconds since the Unix epoch. */
export interface TableRow {
  /** The columns. */
  row: Row;
  /** The time of the last write, deletion or restoration. */
  updated: bigint;
  /** Set for a soft-deleted row, which is kept, but hidden. */
  deleted: boolean;
}

/** A row of a stream. */
export interface StreamRow extends TableRow {
  /** The time from which the row is hidden as expired; `null` for a row that never expires. */
  expiresAt: bigint | null;
}

/** The stored form of a row. */
export interface StoredRow {
  row: Row;
  updated: bigint;
  expiresAt?: bigint | null;
}

/** Returns the shape of rows under keys of this codec. */
export function rowShape<K, P>(key: KeyCodec<K, P>): Shape<K, P, TableRow, StoredRow, [K, TableRow]> {
  return { key, write: writeStored, read: readTableRow, entry: (key, row) => [key, row], keyless: false };
}

/** Returns the shape of a stream's rows under keys of this codec. */
export function streamShape<K, P>(key: KeyCodec<K, P>): Shape<K, P, StreamRow, StoredRow, [K, StreamRow]> {
  return { key, write: writeStored, read: readStreamRow, entry: (key, row) => [key, row], keyless: false };
}

function writeStored(writer: Writer, stored: StoredRow): void {
  writer.zigzag(stored.updated, "the time");
  writer.u8(0);
  if (stored.expiresAt !== undefined) {
    writer.flag(stored.expiresAt !== null);
    if (stored.expiresAt !== null) writer.zigzag(stored.expiresAt, "the expiry of the row");
  }
  writeRow(writer, stored.row);
}

function readTableRow(reader: Reader): TableRow {
  const updated = reader.zigzag();
  const deleted = reader.flag();
  return { row: readRow(reader), updated, deleted };
}

function readStreamRow(reader: Reader): StreamRow {
  const updated = reader.zigzag();
  const deleted = reader.flag();
  const expiresAt = reader.option((reader) => reader.zigzag());
  return { row: readRow(reader), updated, deleted, expiresAt };
}
