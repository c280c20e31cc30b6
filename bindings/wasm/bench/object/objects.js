// A Durable Object with the same data twice: in tables of SQL that are written by hand, and in a database of keyloft. A request runs
// one side of a row. The clock stands still in an object, so the caller measures.
import { DurableObject } from "cloudflare:workers";
import { Database } from "keyloft/durable-object";

const VALUE = new Uint8Array(129).fill(7);

function key(number) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(4, number);
  return bytes;
}

/** Bytes under bytes, by hand. */
function byHand({ sql, transactionSync }) {
  sql.exec("CREATE TABLE IF NOT EXISTS hand(k BLOB PRIMARY KEY, v BLOB NOT NULL) WITHOUT ROWID");
  const put = (key) => sql.exec("INSERT OR REPLACE INTO hand VALUES (?, ?)", key, VALUE);
  return {
    get: (key) => sql.exec("SELECT v FROM hand WHERE k = ?", key).one().v.byteLength,
    scan() {
      let bytes = 0;
      for (const { v } of sql.exec("SELECT k, v FROM hand ORDER BY k")) bytes += v.byteLength;
      return bytes;
    },
    transaction: (key) => transactionSync(() => put(key)),
    many: (keys) => transactionSync(() => keys.forEach(put)),
  };
}

/** Bytes under bytes, in a database. */
function inDatabase(db) {
  const partition = db.partition("bytes");
  return {
    get: (key) => partition.get(key).length,
    scan() {
      let bytes = 0;
      for (const [, value] of partition.scan()) bytes += value.length;
      return bytes;
    },
    transaction: (key) => db.transaction((tx) => tx.partition("bytes").put(key, VALUE)),
    many: (keys) => db.transaction((tx) => tx.partition("bytes").batch(keys.map((key) => ({ type: "put", key, value: VALUE })))),
  };
}

export class Bench extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    const { storage } = ctx;
    this.sides = {
      "SQL by hand": byHand({ sql: storage.sql, transactionSync: (body) => storage.transactionSync(body) }),
      keyloft: inDatabase(Database.open(ctx)),
    };
  }

  fetch(request) {
    const { side, row, n } = Object.fromEntries(new URL(request.url).searchParams);
    const work = this.sides[side];
    const count = Number(n);
    // A fixed order that is not that of the keys.
    const keys = Array.from({ length: count }, (_, number) => key((number * 7919) % count));
    let bytes = 0;
    if (row === "nothing") return new Response("");
    if (row === "scan") bytes = work.scan();
    else if (row === "many") work.many(keys);
    else for (const key of keys) bytes += work[row](key) ?? 0;
    if (row !== "many" && row !== "transaction" && bytes !== count * VALUE.length) return new Response(`${bytes} bytes`, { status: 500 });
    return new Response("");
  }
}

export default {
  fetch(request, env) {
    return env.BENCH.getByName("bench").fetch(request);
  },
};
