// The tables in a Durable Object's SQLite storage, behind few functions over bytes.
//
// No function here calls the module of WebAssembly, so a crash of the module never passes through it. The bytes that a function gets
// are in the module's memory, and valid until it returns.

/** The layout of the tables, which changes when other tables or columns are needed. */
const LAYOUT = 1;

/** The tables of layout 1. `v` is NULL if the value is in pieces, because SQLite here has no blob of more than 2 MB. */
const TABLES = [
  "CREATE TABLE keyloft_layout(version INTEGER NOT NULL)",
  "CREATE TABLE keyloft_partitions(id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE)",
  "CREATE TABLE keyloft_entries(p INTEGER NOT NULL, k BLOB NOT NULL, v BLOB, PRIMARY KEY(p, k)) WITHOUT ROWID",
  "CREATE TABLE keyloft_pieces(p INTEGER NOT NULL, k BLOB NOT NULL, i INTEGER NOT NULL, v BLOB NOT NULL, PRIMARY KEY(p, k, i)) WITHOUT ROWID",
];

/** The length of a piece. A longer value is stored in pieces. */
const PIECE = 1 << 20;

/** The most bytes of values in a page of entries. Each has an equal part of them, and the caller gets a longer one by itself. */
const PAGE = 1 << 20;

/** The most values that a statement can bind. */
const MAX_BINDINGS = 100;

/** The most rows of one INSERT, each with a partition, a key and a value, and the most keys of one DELETE, beside a partition. */
const MAX_PUTS = Math.floor(MAX_BINDINGS / 3);
const MAX_DELETES = MAX_BINDINGS - 1;

/**
 * An entry of a page: the lengths of the key and the value in hexadecimal digits, the key, and the value, if it is not left out. The
 * first binding is the length of the longest value that is not.
 */
const KEY_OF_ENTRY = "printf('%08xffffffff', length(k)) || k";
const ENTRY = `CASE WHEN length(v) <= ?1 THEN printf('%08x%08x', length(k), length(v)) || k || v ELSE ${KEY_OF_ENTRY} END`;

const GET = "SELECT v FROM keyloft_entries WHERE p = ? AND k = ?";
const CONTAINS = "SELECT 1 AS v FROM keyloft_entries WHERE p = ? AND k = ?";
const PIECES = "SELECT v FROM keyloft_pieces WHERE p = ? AND k = ? ORDER BY i";
const PUT_PIECE = "INSERT INTO keyloft_pieces VALUES (?, ?, ?, ?)";
const PARTITIONS =
  "SELECT name AS v FROM keyloft_partitions WHERE EXISTS (SELECT 1 FROM keyloft_entries WHERE p = id) ORDER BY name";

/** The queries of many keys by their number. Equal texts share a prepared statement. */
const gets = [];

/** The queries of pages and counts by their form: see `bounds`. */
const pages = new Map();
const counts = new Map();
const puts = [];
const deletes = [];
const pieceDeletes = [];

/** The error of tables that have another layout. */
class UnknownLayout extends Error {
  name = "UnknownLayout";
}

/** Returns the record of an object's tables, which the other functions take. */
export function tables(storage) {
  return { storage, sql: storage.sql, isCreated: false, hasPieces: false };
}

/** Opens the tables, if there are any. Returns the highest number of a partition. */
export function open(tables) {
  const { sql } = tables;
  let found;
  try {
    found = only(sql.exec("SELECT version AS v FROM keyloft_layout"));
  } catch (error) {
    if (String(error).includes("no such table")) return 0;
    throw error;
  }
  if (found !== LAYOUT) throw new UnknownLayout(`its tables have layout ${found}, and this version knows only ${LAYOUT}: update keyloft`);
  tables.isCreated = true;
  tables.hasPieces = only(sql.exec("SELECT 1 AS v FROM keyloft_pieces LIMIT 1")) !== undefined;
  return only(sql.exec("SELECT max(id) AS v FROM keyloft_partitions")) ?? 0;
}

/** Returns the number of a partition, or 0. */
export function partition({ isCreated, sql }, name) {
  return isCreated ? (only(sql.exec("SELECT id AS v FROM keyloft_partitions WHERE name = ?", name)) ?? 0) : 0;
}

/** Returns the names of the partitions that hold a key. */
export function partitions({ isCreated, sql }) {
  return isCreated ? sql.exec(PARTITIONS).toArray().map(({ v }) => new TextDecoder().decode(v)) : [];
}

/** Returns the value of a key. */
export function get({ sql }, partition, key) {
  const value = only(sql.exec(GET, partition, key));
  if (value === null) return joined(sql.exec(PIECES, partition, key));
  return value === undefined ? undefined : new Uint8Array(value);
}

/** Returns whether a key is present. */
export function contains({ sql }, partition, key) {
  return only(sql.exec(CONTAINS, partition, key)) !== undefined;
}

/**
 * Returns the entries of keys, in their order, as a page after the number of the keys. The words are the addresses and lengths of the keys in `memory`.
 *
 * The query has a part for each key. The list of an `IN` would be billed as rows.
 */
export function getMany({ sql }, { buffer }, partition, words) {
  const keys = [];
  for (let at = 0; at < words.length; at += 2) keys.push(new Uint8Array(buffer, words[at], words[at + 1]));
  const { length } = keys;
  gets[length] ??= blob(length, keys.map((_, key) => `ifnull((SELECT ${ENTRY} FROM keyloft_entries WHERE p = ?2 AND k = ?${key + 3}), '')`).join(" || "));
  return new Uint8Array(only(sql.exec(gets[length], Math.floor(PAGE / length), partition, ...keys)));
}

/** Returns the first entries of a range as a page. */
export function page({ sql }, partition, form, lower, upper, limit) {
  const values = form & 32;
  let query = pages.get(form);
  if (query === undefined) {
    const entries = `SELECT ${values ? ENTRY : KEY_OF_ENTRY} AS e FROM keyloft_entries WHERE ${bounds(form)} ORDER BY k${form & 16 ? " DESC" : ""} LIMIT ?`;
    query = `${blob("count(*)", "ifnull(group_concat(e, ''), '')")} FROM (${entries})`;
    pages.set(form, query);
  }
  const bound = bindings(partition, form, lower, upper);
  if (values) bound.unshift(Math.floor(PAGE / limit));
  return new Uint8Array(only(sql.exec(query, ...bound, limit)));
}

/** Returns the number of entries of a range. */
export function count({ sql }, partition, form, lower, upper) {
  let query = counts.get(form);
  if (query === undefined) {
    query = `SELECT count(*) AS v FROM keyloft_entries WHERE ${bounds(form)}`;
    counts.set(form, query);
  }
  return only(sql.exec(query, ...bindings(partition, form, lower, upper)));
}

/**
 * Stores changes, all or none. `words` are their numbers, and the addresses and lengths of their bytes in `memory`: the new partitions
 * (number, name), the deleted keys (partition, key) and the new values (partition, key, value), each list after its length.
 */
export function commit(tables, memory, words, alarm) {
  const { buffer } = memory;
  let at = 0;
  const bytes = () => new Uint8Array(buffer, words[at++], words[at++]);
  const names = [];
  for (let left = words[at++]; left > 0; left--) names.push(words[at++], bytes());
  const deleted = [];
  for (let left = words[at++]; left > 0; left--) deleted.push([words[at++], bytes()]);
  // Partition, key and value, row after row, as the statements bind them.
  const written = [];
  let inPieces = tables.hasPieces;
  for (let left = words[at++]; left > 0; left--) {
    written.push(words[at++], bytes(), bytes());
    inPieces ||= written.at(-1).length > PIECE;
  }
  const isSingle = tables.isCreated && names.length + deleted.length === 0 && written.length <= 3 * MAX_PUTS;
  // One statement is atomic by itself.
  if (isSingle && !inPieces && alarm === undefined) {
    put(tables.sql, written);
    return;
  }
  tables.storage.transactionSync(() => {
    const { sql } = tables;
    if (!tables.isCreated) {
      for (const table of TABLES) sql.exec(table);
      sql.exec("INSERT INTO keyloft_layout VALUES (?)", LAYOUT);
    }
    for (let name = 0; name < names.length; name += 2) sql.exec("INSERT INTO keyloft_partitions VALUES (?, ?)", names[name], names[name + 1]);
    if (tables.hasPieces) {
      remove(sql, "keyloft_pieces", pieceDeletes, deleted);
      remove(sql, "keyloft_pieces", pieceDeletes, keysOf(written));
    }
    remove(sql, "keyloft_entries", deletes, deleted);
    if (inPieces) cut(sql, written);
    put(sql, written);
    // A rollback takes it back.
    if (alarm !== undefined) tables.storage.setAlarm(alarm);
  });
  tables.isCreated = true;
  tables.hasPieces = inPieces;
}

/** Stores values, many with each statement. */
function put(sql, written) {
  for (let start = 0; start < written.length; start += 3 * MAX_PUTS) {
    const some = written.slice(start, start + 3 * MAX_PUTS);
    const rows = some.length / 3;
    puts[rows] ??= `INSERT OR REPLACE INTO keyloft_entries VALUES ${Array(rows).fill("(?,?,?)").join()}`;
    sql.exec(puts[rows], ...some);
  }
}

/** Stores large values in pieces, and puts NULL in their place. */
function cut(sql, written) {
  for (let row = 0; row < written.length; row += 3) {
    const [partition, key, value] = written.slice(row, row + 3);
    if (value.length <= PIECE) continue;
    for (let i = 0; i * PIECE < value.length; i++) sql.exec(PUT_PIECE, partition, key, i, value.subarray(i * PIECE, (i + 1) * PIECE));
    written[row + 2] = null;
  }
}

/** Returns the partition and the key of each row. */
function keysOf(written) {
  const keys = [];
  for (let row = 0; row < written.length; row += 3) keys.push(written.slice(row, row + 2));
  return keys;
}

/** Deletes keys, many of one partition with each statement. */
function remove(sql, table, queries, keys) {
  for (let start = 0; start < keys.length; ) {
    const [partition] = keys[start];
    const bindings = [partition];
    while (start < keys.length && bindings.length <= MAX_DELETES && keys[start][0] === partition) bindings.push(keys[start++][1]);
    const rows = bindings.length - 1;
    queries[rows] ??= `DELETE FROM ${table} WHERE p = ? AND k IN (${Array(rows).fill("?").join()})`;
    sql.exec(queries[rows], ...bindings);
  }
}

/**
 * Returns the query of a page, which is one blob: a number in hexadecimal digits, and the entries. A row of the result costs several
 * times as much as SQLite takes to append an entry.
 */
function blob(number, entries) {
  return `SELECT CAST(printf('%08x', ${number}) || ${entries} AS BLOB) AS v`;
}

/** Returns the condition of a range. Bits 0 and 1 of its form are the lower bound, and bits 2 and 3 the upper one: 0 none, 1 included, 2 excluded. */
function bounds(form) {
  const lower = ["", " AND k >= ?", " AND k > ?"][form & 3];
  const upper = ["", " AND k <= ?", " AND k < ?"][(form >> 2) & 3];
  return `p = ?${lower}${upper}`;
}

function bindings(partition, form, lower, upper) {
  const values = [partition];
  if (form & 3) values.push(lower);
  if (form & 12) values.push(upper);
  return values;
}

/** Returns the value `v` of the one row of a query, or `undefined` without a row. No cursor is left open: it would hold its statement. */
function only(cursor) {
  return cursor.toArray()[0]?.v;
}

/** Returns a value that is in pieces. */
function joined(cursor) {
  const pieces = cursor.toArray().map(({ v }) => new Uint8Array(v));
  const value = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    value.set(piece, at);
    at += piece.length;
  }
  return value;
}
