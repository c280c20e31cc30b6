// The forms of the kinds of tables.

import type { PartitionEntry, Row, StreamRow, TableId, TableRow, Value } from "keyloft";

import type { Entry, Form, Rows, Store } from "./rows";
import { hex, parse, show, typeOf } from "./value";

/** Any table, where its types don't matter. */
export type AnyRows = Pick<Rows, keyof Rows>;

/** A table of rows, with or without the columns that the table keeps. */
export interface RowStore<K, P, V> extends Store<K, P, V, [K, V]> {
  put(id: K, row: Row): Promise<void>;
  update(id: K, change: (row: Row) => Row | undefined | void): Promise<unknown>;
}

/** The form of rows with the columns that the table keeps. */
export function rowForm<K, P, V extends TableRow | StreamRow>(
  store: RowStore<K, P, V>,
  keys: { show(key: K): string; prefix(text: string): P; filter: string },
): Form<K, P, V, [K, V]> {
  const entry = (key: K, value: V): Entry => ({
    id: keys.show(key),
    key,
    columns: value.row,
    kept: "expiresAt" in value ? { updated: value.updated, expiresAt: value.expiresAt } : { updated: value.updated },
  });
  return { filter: keys.filter, prefix: keys.prefix, entry, of: ([key, value]) => entry(key, value), ...writes(store) };
}

/** The form of a collection's rows. */
export function collectionForm<K, P>(
  store: RowStore<K, P, Row>,
  keys: { show(key: K): string; prefix(text: string): P; filter: string },
): Form<K, P, Row, [K, Row]> {
  const entry = (key: K, columns: Row): Entry => ({ id: keys.show(key), key, columns, kept: {} });
  return { filter: keys.filter, prefix: keys.prefix, entry, of: ([key, row]) => entry(key, row), ...writes(store) };
}

function writes<K, P, V>(store: RowStore<K, P, V>): Pick<Form<K, P, V, [K, V]>, "set" | "restore"> {
  return {
    async set(key, column, text, { columns }) {
      const value = parse(text, typeOf(columns[column] ?? null));
      await store.update(key, (row) => {
        row[column] = value;
      });
    },
    async restore(key, { columns }) {
      await store.put(key, columns);
    },
  };
}

interface SystemStore<K, P, E> extends Store<K, P, E, E> {
  put(entity: E): Promise<void>;
  update(key: K, change: (entity: E) => void): Promise<unknown>;
}

/** The form of the system's entities. Each column has a type of its own, which the library knows. */
export function systemForm<K extends string | TableId, P, E extends object>(
  store: SystemStore<K, P, E>,
  keyOf: (entity: E) => K,
  keyField: keyof E & string,
  keys: { prefix(text: string): P; filter: string },
): Form<K, P, E, E> {
  const of = (entity: E): Entry => {
    const columns: Row = {};
    for (const [name, value] of Object.entries(entity) as [string, Value][]) {
      // Its numbers are integers.
      if (name !== keyField) columns[name] = typeof value === "number" ? BigInt(value) : value;
    }
    const key = keyOf(entity);
    return { id: typeof key === "string" ? key : key.join(":"), key, columns, kept: {} };
  };
  return {
    ...keys,
    entry: (_, entity) => of(entity),
    of,
    async set(key, column, text) {
      await store.update(key, (entity) => {
        const fields = entity as Record<string, unknown>;
        fields[column] = typed(text, fields[column], column);
      });
    },
    async restore(key, entry) {
      const fields: Record<string, unknown> = { [keyField]: key };
      for (const [name, value] of Object.entries(entry.columns)) fields[name] = NUMBERS.has(name) ? Number(value) : value;
      await store.put(fields as E);
    },
  };
}

/** The columns of the system's tables that are times. */
export const TIMES: ReadonlySet<string> = new Set([
  ...["createdAt", "updatedAt", "lastSeen", "deletedAt", "startedAt", "completedAt", "lastUpdate", "updated", "expiresAt"],
]);

const NUMBERS: ReadonlySet<string> = new Set(["schemaVersion", "deletedRetentionHours"]);

/** The values of the system's enumerations, which the editor proposes. */
export const CHOICES: { readonly [column: string]: readonly string[] } = {
  role: ["user", "service", "dba", "system"],
  authType: ["password", "oauth", "internal"],
  storageMode: ["table", "region"],
  tableType: ["user", "shared", "stream", "system"],
  accessLevel: ["public", "private", "restricted"],
  jobType: ["flush", "compact", "cleanup", "backup", "restore"],
  status: ["running", "completed", "failed", "cancelled"],
  storageType: ["filesystem", "s3"],
};

/** Returns the value of a text. If the column can't take it, the library's error is better than the page's. */
function typed(text: string, before: unknown, column: string): unknown {
  const bare = text.trim();
  if (bare === "") return null;
  if (typeof before === "boolean") return bare === "true" ? true : bare === "false" ? false : bare;
  if (typeof before === "bigint" || TIMES.has(column)) return /^[+-]?\d+$/.test(bare) ? BigInt(bare) : bare;
  if (typeof before === "number") return /^[+-]?\d+(\.\d+)?$/.test(bare) ? Number(bare) : bare;
  return text;
}

interface BytesStore extends Store<Uint8Array, Uint8Array, Uint8Array, PartitionEntry> {
  put(key: Uint8Array, value: Uint8Array): Promise<void>;
}

/** The form of byte keys and byte values. Printable keys are shown as text. */
export function bytesForm(store: BytesStore): Form<Uint8Array, Uint8Array, Uint8Array, PartitionEntry> {
  const entry = (key: Uint8Array, value: Uint8Array): Entry => ({ id: keyText(key), key, columns: { value }, kept: {} });
  return {
    filter: "the key's first bytes, as text",
    prefix: (text) => new TextEncoder().encode(text),
    entry,
    of: ([key, value]) => entry(key, value),
    async set(key, _, text) {
      const value = parse(text, "bytes");
      await store.put(key, value instanceof Uint8Array ? value : new Uint8Array());
    },
    async restore(key, { columns: { value } }) {
      if (value instanceof Uint8Array) await store.put(key, value);
    },
  };
}

/** Formats a key of one or several parts. */
export function keyText(key: unknown): string {
  if (Array.isArray(key)) return key.map(keyText).join(" · ");
  if (!(key instanceof Uint8Array)) return typeof key === "string" || typeof key === "number" ? String(key) : show(key as Value);
  const printable = key.length > 0 && key.every((byte) => byte >= 0x20 && byte < 0x7f);
  return printable ? new TextDecoder().decode(key) : `0x${hex(key)}`;
}
