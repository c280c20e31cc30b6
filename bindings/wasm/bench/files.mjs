// Stores in files, each with the strongest durability that it has: a write that has returned is on the disk.
import { Database } from "keyloft";

import { collectionOn } from "./collection.mjs";
import { lmdbOn } from "./lmdb.mjs";
import { place } from "./place.mjs";
import { sqliteOn } from "./sqlite.mjs";

/** SQLite with a write-ahead log that each commit syncs. */
async function sqlite() {
  const { default: Sqlite } = await import("better-sqlite3");
  const [path, remove] = place();
  const db = new Sqlite(path);
  db.pragma("journal_mode = wal");
  db.pragma("synchronous = full");
  return {
    ...sqliteOn(db),
    async close() {
      db.close();
      remove();
    },
  };
}

/** Keyloft's synchronous database. */
async function keyloft() {
  const [path, remove] = place();
  const db = await Database.openDirect(path);
  return {
    ...collectionOn(db),
    async close() {
      db.close();
      remove();
    },
  };
}

/** Keyloft's asynchronous database. */
async function keyloftAsync() {
  const [path, remove] = place();
  const db = await Database.open(path);
  const rows = db.collection("people", { key: "string" });
  return {
    put: (users) => rows.putMany(users.map((user) => [user.userId, user])),
    async putEach(users) {
      for (const user of users) await rows.put(user.userId, user);
    },
    async get(keys, visit) {
      for (const key of keys) visit(await rows.get(key));
    },
    async iterate(visit) {
      for await (const [, user] of rows.scan()) visit(user);
    },
    async range(keys, count, visit) {
      for (const key of keys) for await (const [, user] of rows.scan({ gte: key, limit: count })) visit(user);
    },
    async close() {
      await db.close();
      remove();
    },
  };
}

/** LevelDB with JSON, which syncs its log with each write. */
async function level() {
  const { ClassicLevel } = await import("classic-level");
  const [path, remove] = place();
  const db = new ClassicLevel(path, { valueEncoding: "json" });
  const sync = { sync: true };
  return {
    put: (users) => db.batch(users.map((user) => ({ type: "put", key: user.userId, value: user })), sync),
    async putEach(users) {
      for (const user of users) await db.put(user.userId, user, sync);
    },
    async get(keys, visit) {
      for (const key of keys) visit(db.getSync(key));
    },
    async iterate(visit) {
      for await (const [, user] of db.iterator()) visit(user);
    },
    async range(keys, count, visit) {
      for (const key of keys) for (const [, user] of await db.iterator({ gte: key, limit: count }).all()) visit(user);
    },
    async close() {
      await db.close();
      remove();
    },
  };
}

/** LMDB with its own encoding. By default a write returns before it is synced. */
async function lmdb() {
  const { open } = await import("lmdb");
  const [path, remove] = place();
  const db = open({ path, overlappingSync: false });
  return {
    ...lmdbOn(db),
    async close() {
      await db.close();
      remove();
    },
  };
}

/** All stores by their names, each created empty. The first is the baseline. */
export const FILE_STORES = {
  "better-sqlite3": sqlite,
  "keyloft, openDirect": keyloft,
  "keyloft, open": keyloftAsync,
  "classic-level": level,
  lmdb,
};
