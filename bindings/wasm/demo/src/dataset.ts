// The demo's data: the namespace `atlas`, as the native demo creates it. Each opens the other's file.

import type { CollectionDefinition, JobInput, LiveQueryInput, Principal, Row, StorageInput, TableMetadataInput, UserInput, Value } from "keyloft";

import url from "../../../../tests/data/cities.tsv?url";

export const NAMESPACE = "atlas";

/** The definitions of the collections. */
export const DEFINITIONS = {
  visits: { key: ["string", "i64"], unique: { ticket: "string" }, index: { city: "string", stars: "i64" } },
} as const satisfies { readonly [name: string]: CollectionDefinition };

const PEOPLE: readonly Principal[] = [
  { userId: "u-1001", role: "user" },
  { userId: "u-1002", role: "user" },
  { userId: "u-1003", role: "user" },
  { userId: "u-2001", role: "service" },
  { userId: "u-9001", role: "dba" },
];
const NAMES = ["Alice", "Bob", "bobby", "Importer", "Root"];

export function users(): UserInput[] {
  return PEOPLE.map(({ userId, role }, i) => {
    const username = NAMES[i] ?? userId;
    const email = `${username.toLowerCase()}@example.org`;
    return { userId, username, role, email, authType: "password", passwordHash: `$argon2id$v=19$m=19456,t=2,p=1$${userId}` };
  });
}

export function storages(): StorageInput[] {
  return [
    { storageId: "disk", storageName: "Local disk", storageType: "filesystem", baseDirectory: "/var/lib/atlas" },
    {
      ...{ storageId: "archive", storageName: "Archive", storageType: "s3", baseDirectory: "s3://atlas-archive" },
      ...{ description: "Copies, kept for a year", credentials: '{"key":"atlas","secret":"hunter2"}' },
    },
  ];
}

export function tables(): TableMetadataInput[] {
  const table = (name: string, tableType: TableMetadataInput["tableType"]): TableMetadataInput => ({
    tableId: [NAMESPACE, name],
    tableType,
    storageLocation: `/var/lib/atlas/${name}`,
    storageId: "disk",
    accessLevel: tableType === "shared" ? "public" : null,
  });
  return [table("cities", "shared"), table("favourites", "user"), table("viewers", "stream")];
}

export function jobs(now: number): JobInput[] {
  const types = ["backup", "compact", "cleanup"] as const;
  return types.map((jobType, i) => ({
    ...{ jobId: `2026-11-23T0${i + 1}`, jobType, namespaceId: NAMESPACE, nodeId: "node-1", createdAt: now + (i + 1) * 60_000 },
  }));
}

export function liveQueries(): LiveQueryInput[] {
  return PEOPLE.slice(0, 2).map(({ userId }, i) => ({
    ...{ liveQueryId: `${userId}-c-${i + 1}`, connectionId: `c-${i + 1}`, queryId: `q-${i + 1}`, userId, node: "node-1" },
    ...{ namespaceId: NAMESPACE, tableName: "cities", query: "SELECT name FROM cities WHERE country = 'IS'" },
  }));
}

/** The favourite cities of the users. */
export const FAVOURITES = [
  ["u-1001", "IS-03413829"],
  ["u-1001", "FR-02988507"],
  ["u-1002", "NZ-02179537"],
] as const;

/** The current visitors: rows that expire one after the other. */
export function viewers(): [id: string, row: Row, ttl: number][] {
  return Array.from({ length: 10 }, (_, i) => [`viewer-${String(i + 1).padStart(2, "0")}`, { city: "IS-03413829" }, (i + 1) * 600_000]);
}

/** The rows of the collection `visits`: user, time and details. */
export function visits(): [key: [string, number], row: Row][] {
  const day = 86_400_000;
  const first = Date.UTC(2026, 5, 1);
  return [
    [["u-1001", first], { city: "IS-03413829", ticket: "KL-0001", stars: 5n, note: "Midnight sun" }],
    [["u-1001", first + 30 * day], { city: "FR-02988507", ticket: "KL-0002", stars: 4n, note: null }],
    [["u-1002", first + 12 * day], { city: "NZ-02179537", ticket: "KL-0003", stars: 5n, note: "Rain, and good coffee" }],
    [["u-1003", first + 71 * day], { city: "JP-01850147", ticket: "KL-0004", stars: 3n, note: null }],
  ];
}

/** Byte keys and byte values: the flags of a few countries in UTF-8. */
export function flags(): { type: "put"; key: Uint8Array; value: Uint8Array }[] {
  const encoder = new TextEncoder();
  return ["DE", "FR", "IS", "JP", "NZ"].map((country) => {
    const flag = String.fromCodePoint(...[...country].map((letter) => 0x1f1e6 + letter.charCodeAt(0) - 65));
    return { type: "put", key: encoder.encode(country), value: encoder.encode(flag) };
  });
}

/** The cities under `{country}-{geonameid}`. `arrived` gets the downloaded part of the file, from 0 to 1. */
export async function cities(arrived: (part: number) => void): Promise<[id: string, row: Row][]> {
  const response = await fetch(url);
  if (!response.ok || response.body === null) throw new Error(`the data set can't be fetched: ${response.status} ${response.statusText}`);
  const whole = Number(response.headers.get("content-length"));
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
    bytes += value.length;
    if (whole > 0) arrived(Math.min(1, bytes / whole));
  }
  const [header = "", ...lines] = (text + decoder.decode()).trimEnd().split("\n");
  const columns = header.split("\t");
  return lines.map((line) => city(columns, line.split("\t")));
}

function city(columns: readonly string[], fields: readonly string[]): [id: string, row: Row] {
  const row: Row = {};
  columns.forEach((column, i) => (row[column] = typed(column, fields[i] ?? "")));
  const [id = "", , country = ""] = fields;
  return [`${country}-${id.padStart(8, "0")}`, row];
}

function typed(column: string, field: string): Value {
  if (field === "") return null;
  if (column === "geonameid" || column === "population") return BigInt(field);
  return column === "latitude" || column === "longitude" ? Number(field) : field;
}
