// The stores, each used as its documentation shows. All do the same four kinds of work. The loops are inside the stores,
// so a synchronous store need not wait.
import { Database } from "keyloft/memory";
import { open } from "lmdb";
import { MemoryLevel } from "memory-level";

import { collectionOn } from "./collection.mjs";
import { lmdbOn } from "./lmdb.mjs";
import { place } from "./place.mjs";
import { sqliteOn } from "./sqlite.mjs";

/** `memory-level` with strings and JSON. */
function memoryLevel() {
  const db = new MemoryLevel({ valueEncoding: "json" });
  return memoryLevelOn(db, db);
}

function memoryLevelOn(db, people) {
  return {
    put: (users) => people.batch(users.map((user) => ({ type: "put", key: user.userId, value: user }))),
    async get(keys, visit) {
      for (const key of keys) visit(await people.get(key));
    },
    async iterate(visit) {
      for await (const [, user] of people.iterator()) visit(user);
    },
    async range(keys, count, visit) {
      for (const key of keys) for await (const [, user] of people.iterator({ gte: key, limit: count })) visit(user);
    },
    close: () => db.close(),
  };
}

/** `memory-level` with its batches and its synchronous reads. */
function memoryLevelInBulk() {
  const db = new MemoryLevel({ valueEncoding: "json" });
  return {
    put: (users) => db.batch(users.map((user) => ({ type: "put", key: user.userId, value: user }))),
    async get(keys, visit) {
      for (const key of keys) visit(db.getSync(key));
    },
    async iterate(visit) {
      for (const user of await db.values().all()) visit(user);
    },
    async range(keys, count, visit) {
      for (const key of keys) for (const user of await db.values({ gte: key, limit: count }).all()) visit(user);
    },
    close: () => db.close(),
  };
}

/** `memory-level` with the indexes of users in one batch: by name and by role. It does not check that names are unique. */
function memoryLevelWithIndexes() {
  const db = new MemoryLevel();
  const people = db.sublevel("people", { valueEncoding: "json" });
  const names = db.sublevel("names");
  const roles = db.sublevel("roles");
  return {
    ...memoryLevelOn(db, people),
    put: (users) =>
      db.batch(
        users.flatMap((user) => [
          { type: "put", sublevel: people, key: user.userId, value: user },
          { type: "put", sublevel: names, key: user.username.toLowerCase(), value: user.userId },
          { type: "put", sublevel: roles, key: `${user.role}:${user.userId}`, value: "" },
        ]),
      ),
  };
}

/** A collection without indexes, as `memory-level` is. */
function collection() {
  const db = Database.memory();
  return { ...collectionOn(db), close: () => db.close() };
}

/** The system's own users with their indexes: by unique name, by role, and by storage, which no user here has. */
function typed() {
  const db = Database.memory();
  return {
    async put(users) {
      db.users.putMany(users);
    },
    async get(keys, visit) {
      for (const key of keys) visit(db.users.get(key));
    },
    async iterate(visit) {
      for (const user of db.users.scan()) visit(user);
    },
    async range(keys, count, visit) {
      for (const key of keys) for (const user of db.users.scan({ gte: key, limit: count })) visit(user);
    },
    close: () => db.close(),
  };
}

/** A `Map` that copies objects, as a store does. It has no order, so sorted keys beside it serve ranges. */
function map() {
  const all = new Map();
  let sorted;
  const from = (key) => {
    sorted ??= [...all.keys()].sort();
    let low = 0;
    for (let high = sorted.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if (sorted[middle] < key) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    async put(users) {
      sorted = undefined;
      for (const user of users) all.set(user.userId, structuredClone(user));
    },
    async get(keys, visit) {
      for (const key of keys) visit(structuredClone(all.get(key)));
    },
    async iterate(visit) {
      for (const user of all.values()) visit(structuredClone(user));
    },
    async range(keys, count, visit) {
      for (const key of keys) {
        const start = from(key);
        for (const key of sorted.slice(start, start + count)) visit(structuredClone(all.get(key)));
      }
    },
    async close() {},
  };
}

/** LMDB on a file, with its own encoding and without syncs. */
function lmdb() {
  const [path, remove] = place();
  const db = open({ path, noSync: true });
  return {
    ...lmdbOn(db),
    async close() {
      await db.close();
      remove();
    },
  };
}

/** SQLite in memory. */
async function sqlite() {
  const { default: Sqlite } = await import("better-sqlite3");
  const db = new Sqlite(":memory:");
  return { ...sqliteOn(db), close: async () => db.close() };
}

/** All stores by their names, each created empty. The first is the baseline. */
export const STORES = {
  "memory-level": memoryLevel,
  "memory-level, getSync and all": memoryLevelInBulk,
  "memory-level and two indexes": memoryLevelWithIndexes,
  "keyloft, a collection": collection,
  "keyloft, users and indexes": typed,
  "Map and structuredClone": map,
  "lmdb, not synced": lmdb,
  "better-sqlite3, in memory": sqlite,
};
