// The tables of the database, and the ways to open them.

import type { AsyncDatabase, CollectionDefinition, Principal, Row, TableMetadata } from "keyloft";

import type { Icon } from "./dom";
import { type AnyRows, bytesForm, collectionForm, keyText, rowForm, type RowStore, systemForm } from "./forms";
import { Rows } from "./rows";

/** A table of the database. */
export interface Table {
  /** Its path in the page's address. */
  readonly path: string;
  readonly name: string;
  readonly group: Group;
  readonly icon: Icon;
  /** More details of it. */
  readonly notes: readonly string[];
  /** The number of its entries, as the program itself sees it. */
  readonly entries: number;
  /** The indexes that it can be sorted by: those with one value for a row. */
  readonly indexes?: readonly string[];
  /** Opens it as a principal, or as the program itself. */
  open(principal: Principal | undefined): AnyRows;
}

/** The sections of the list. */
export type Group = "Tables" | "System" | "Collections" | "Partitions";

/** The definitions of the collections: the file does not give them, the program does. */
export type Definitions = { readonly [name: string]: CollectionDefinition };

/** The tables without access rules, which only the program itself reaches. */
export class NotForPrincipals extends Error {}

/** Returns the tables, also those without entries. */
export async function listTables(db: AsyncDatabase, definitions: Definitions): Promise<Table[]> {
  const counts = new Map((await db.partitions()).map(({ name, entries }) => [name, entries]));
  const tables: Table[] = [];
  const take = (name: string): number => {
    const entries = counts.get(name) ?? 0;
    counts.delete(name);
    return entries;
  };
  for await (const metadata of db.tables.scan()) {
    const { tableType, tableId } = metadata;
    if (tableType !== "system") tables.push(rowTable(db, metadata, take(`${tableType}_${tableId[0]}:${tableId[1]}`)));
  }
  for (const system of SYSTEM) tables.push(systemTable(db, system, take(`system_${system}`)));
  for (const [name, definition] of Object.entries(definitions)) {
    if (counts.has(name)) tables.push(collection(db, name, definition, take(name)));
  }
  for (const [name, entries] of counts) tables.push(await fromCatalog(db, name, entries));
  return tables;
}

function rowTable(db: AsyncDatabase, { tableId, tableType, accessLevel, owner }: TableMetadata, entries: number): Table {
  const [namespace, name] = tableId;
  const own = { show: (key: string) => key, prefix: (text: string) => text, filter: "the key's beginning" };
  const all = { show: (key: readonly [string, string]) => key.join(" · "), prefix: (text: string) => [text] as const, filter: "a user's id, whole" };
  const notes = [`${tableType} table`, ...(accessLevel === null ? [] : [accessLevel]), ...(owner === null ? [] : [`of ${owner}`])];
  return {
    path: `${tableType}/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`,
    name: `${namespace}:${name}`,
    group: "Tables",
    icon: tableType === "user" ? "person" : tableType === "stream" ? "stream" : "table",
    notes,
    entries,
    open(principal) {
      const view = principal && db.as(principal);
      if (tableType === "user") {
        if (view === undefined) {
          const store = db.userTables(namespace, name);
          return new Rows(store, rowForm(store, all));
        }
        const store = view.userTable(namespace, name);
        return new Rows(store, rowForm(store, own));
      }
      if (tableType === "stream") {
        const store = view?.streamTable(namespace, name) ?? db.streamTable(namespace, name);
        return new Rows(store, rowForm(store, own));
      }
      const store = view?.sharedTable(namespace, name) ?? db.sharedTable(namespace, name);
      return new Rows(store, rowForm(store, own));
    },
  };
}

const SYSTEM = ["users", "tables", "jobs", "namespaces", "storages", "live_queries"] as const;

function systemTable(db: AsyncDatabase, name: (typeof SYSTEM)[number], entries: number): Table {
  const text = { prefix: (text: string) => text, filter: "the key's beginning" };
  return {
    path: `system/${name}`,
    name: name.replace("_", " "),
    group: "System",
    icon: "gear",
    notes: ["system table", "for dba and system"],
    entries,
    open(principal) {
      const stores = principal === undefined ? db : db.as(principal);
      switch (name) {
        case "users":
          return new Rows(stores.users, systemForm(stores.users, (user) => user.userId, "userId", text));
        case "tables": {
          const keys = { prefix: (text: string) => [text] as const, filter: "a namespace, whole" };
          return new Rows(stores.tables, systemForm(stores.tables, (table) => table.tableId, "tableId", keys));
        }
        case "jobs":
          return new Rows(stores.jobs, systemForm(stores.jobs, (job) => job.jobId, "jobId", text));
        case "namespaces":
          return new Rows(stores.namespaces, systemForm(stores.namespaces, (namespace) => namespace.name, "name", text));
        case "storages":
          return new Rows(stores.storages, systemForm(stores.storages, (storage) => storage.storageId, "storageId", text));
        case "live_queries":
          return new Rows(stores.liveQueries, systemForm(stores.liveQueries, (query) => query.liveQueryId, "liveQueryId", text));
      }
    },
  };
}

function collection(db: AsyncDatabase, name: string, definition: CollectionDefinition, entries: number): Table {
  const parts = typeof definition.key === "string" ? [definition.key] : definition.key;
  const unique = Object.keys(definition.unique ?? {});
  const listed = Object.entries(definition.index ?? {}).filter(([, type]) => !Array.isArray(type));
  return {
    path: `collection/${encodeURIComponent(name)}`,
    name,
    group: "Collections",
    icon: "stack",
    notes: ["collection", `key ${parts.join(", ")}`, ...(unique.length === 0 ? [] : [`unique ${unique.join(", ")}`])],
    entries,
    indexes: [...unique, ...listed.map(([index]) => index)],
    open(principal) {
      if (principal !== undefined) throw new NotForPrincipals("Collections are the program's own: no principal has a view of them.");
      // The definition names the types of its keys, which the compiler can't see here.
      const store = db.collection(name, definition) as unknown as RowStore<unknown, unknown, Row>;
      const single = parts.length === 1;
      const prefix = (text: string): unknown => (single ? text : [text]);
      const filter = single ? "the key's beginning" : "the key's first part, whole";
      return new Rows(store, collectionForm(store, { show: keyText, prefix, filter }));
    },
  };
}

/** Returns a table of the catalog, whose types the database knows, or a partition of bytes. */
async function fromCatalog(db: AsyncDatabase, name: string, entries: number): Promise<Table> {
  const store = db.table(name);
  let indexes: { name: string; unique: boolean; list: boolean }[];
  try {
    indexes = await store.indexList();
  } catch {
    return partition(db, name, entries);
  }
  return {
    path: `table/${encodeURIComponent(name)}`,
    name,
    group: "Collections",
    icon: "stack",
    notes: ["typed table", ...indexes.map(({ name, unique, list }) => `${unique ? "unique" : "index"} ${name}${list ? " of a list" : ""}`)],
    entries,
    indexes: indexes.filter(({ list }) => !list).map(({ name }) => name),
    open(principal) {
      if (principal !== undefined) throw new NotForPrincipals("Typed tables are the program's own: no principal has a view of them.");
      const keys = { show: keyText, prefix: (text: string): unknown => text, filter: "the key's beginning" };
      const rows = store as unknown as RowStore<unknown, unknown, Row>;
      return new Rows(rows, collectionForm(rows, keys));
    },
  };
}

function partition(db: AsyncDatabase, name: string, entries: number): Table {
  return {
    path: `partition/${encodeURIComponent(name)}`,
    name,
    group: "Partitions",
    icon: "bytes",
    notes: ["partition", "bytes under bytes"],
    entries,
    open(principal) {
      if (principal !== undefined) throw new NotForPrincipals("Partitions are the program's own: no principal has a view of them.");
      const store = db.partition(name);
      return new Rows(store, bytesForm(store));
    },
  };
}
