// A Durable Object with the same data in tables of SQL that are written by hand, and in a database of keyloft. A request runs one side
// of a row. The clock stands still in an object, so the caller measures.
import { DurableObject } from "cloudflare:workers";
import { Database } from "keyloft/durable-object";

import { id, users } from "../people.mjs";
import { COLUMNS } from "../sqlite.mjs";

const VALUE = new Uint8Array(129).fill(7);

function key(number) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(4, number);
  return bytes;
}

/** Returns a number of a user, which is read to see that it is there. */
const seen = ({ createdAt }) => createdAt % 1000;

/** Bytes under bytes, by hand. */
function bytesByHand({ sql, transactionSync }) {
  sql.exec("CREATE TABLE IF NOT EXISTS hand_bytes(k BLOB PRIMARY KEY, v BLOB NOT NULL) WITHOUT ROWID");
  const put = ([key, value]) => sql.exec("INSERT OR REPLACE INTO hand_bytes VALUES (?, ?)", key, value);
  return {
    get: (key) => sql.exec("SELECT v FROM hand_bytes WHERE k = ?", key).one().v.byteLength,
    scan(visit) {
      for (const { v } of sql.exec("SELECT k, v FROM hand_bytes ORDER BY k")) visit(v.byteLength);
    },
    transaction: (entry) => transactionSync(() => put(entry)),
    many: (entries) => transactionSync(() => entries.forEach(put)),
  };
}

/** Bytes under bytes, in a database. */
function bytesIn(db) {
  const partition = db.partition("bytes");
  return {
    get: (key) => partition.get(key).length,
    scan(visit) {
      for (const [, value] of partition.scan()) visit(value.length);
    },
    transaction: ([key, value]) => db.transaction((tx) => tx.partition("bytes").put(key, value)),
    many: (entries) => partition.batch(entries.map(([key, value]) => ({ type: "put", key, value }))),
  };
}

/** The users as JSON, by hand. */
function jsonByHand({ sql, transactionSync }) {
  sql.exec("CREATE TABLE IF NOT EXISTS hand_json(id TEXT PRIMARY KEY, user TEXT NOT NULL) WITHOUT ROWID");
  const put = ([id, user]) => sql.exec("INSERT OR REPLACE INTO hand_json VALUES (?, ?)", id, JSON.stringify(user));
  return {
    get: (id) => seen(JSON.parse(sql.exec("SELECT user FROM hand_json WHERE id = ?", id).one().user)),
    scan(visit) {
      for (const { user } of sql.exec("SELECT id, user FROM hand_json ORDER BY id")) visit(seen(JSON.parse(user)));
    },
    transaction: (entry) => transactionSync(() => put(entry)),
    many: (entries) => transactionSync(() => entries.forEach(put)),
  };
}

/** The users with a column for each field, by hand. */
function columnsByHand({ sql, transactionSync }) {
  sql.exec(`CREATE TABLE IF NOT EXISTS hand_columns(${COLUMNS.join().replace("userId", "userId TEXT PRIMARY KEY")}) WITHOUT ROWID`);
  const insert = `INSERT OR REPLACE INTO hand_columns VALUES (${COLUMNS.map(() => "?")})`;
  const put = ([, user]) => sql.exec(insert, ...COLUMNS.map((column) => user[column]));
  return {
    get: (id) => seen(sql.exec("SELECT * FROM hand_columns WHERE userId = ?", id).one()),
    scan(visit) {
      for (const user of sql.exec("SELECT * FROM hand_columns ORDER BY userId")) visit(seen(user));
    },
    transaction: (entry) => transactionSync(() => put(entry)),
    many: (entries) => transactionSync(() => entries.forEach(put)),
  };
}

/** The users in a collection. */
function collectionIn(db) {
  const PEOPLE = { key: "string" };
  const people = db.collection("people", PEOPLE);
  return {
    get: (id) => seen(people.get(id)),
    scan(visit) {
      for (const [, user] of people.scan()) visit(seen(user));
    },
    transaction: ([id, user]) => db.transaction((tx) => tx.collection("people", PEOPLE).put(id, user)),
    many: (entries) => people.putMany(entries),
  };
}

/** Returns this many entries, in a fixed order that is not that of the keys. */
function entriesOf(content, count) {
  const all = users(0, count);
  const entry = content === "bytes" ? (number) => [key(number), VALUE] : (number) => [id(number), all[number]];
  return Array.from({ length: count }, (_, number) => entry((number * 7919) % count));
}

export class Bench extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    const { storage } = ctx;
    const hand = { sql: storage.sql, transactionSync: (body) => storage.transactionSync(body) };
    const db = Database.open(ctx);
    this.entries = {};
    this.sides = {
      bytes: { "SQL by hand": bytesByHand(hand), keyloft: bytesIn(db) },
      users: { "SQL by hand": jsonByHand(hand), "SQL by hand, columns": columnsByHand(hand), keyloft: collectionIn(db) },
    };
  }

  fetch(request) {
    const { content, side, row, n } = Object.fromEntries(new URL(request.url).searchParams);
    const count = Number(n);
    const entries = (this.entries[content] ??= entriesOf(content, count));
    const work = this.sides[content][side];
    let sum = 0;
    const visit = (number) => (sum += number);
    const expected = row === "get" || row === "scan" ? entries.reduce((sum, [, value]) => sum + (content === "bytes" ? value.length : seen(value)), 0) : 0;
    if (row === "scan") work.scan(visit);
    else if (row === "many") work.many(entries);
    else if (row === "transaction") for (const entry of entries) work.transaction(entry);
    else if (row === "get") for (const [key] of entries) visit(work.get(key));
    return sum === expected ? new Response("") : new Response(`${sum}, not ${expected}`, { status: 500 });
  }
}

export default {
  fetch(request, env) {
    return env.BENCH.getByName("bench").fetch(request);
  },
};
