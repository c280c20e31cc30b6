// The stores, each used as its documentation shows it. All of them do the same four kinds of work, whose loops are inside
// of them: a store that answers at once is not made to wait.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Database } from "keyloft/memory";
import { open } from "lmdb";
import { MemoryLevel } from "memory-level";

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

/** The same by what it has for those who hurry. */
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

/** The same with the indexes of users kept by hand, in one batch with them: by name, and by role. It refuses no name. */
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

/** A collection without indexes: what `memory-level` does, too. */
function collection() {
  const db = Database.memory();
  const rows = db.collection("people", { key: "string" });
  return {
    async put(users) {
      rows.putMany(users.map((user) => [user.userId, user]));
    },
    async get(keys, visit) {
      for (const key of keys) visit(rows.get(key));
    },
    async iterate(visit) {
      for (const [, user] of rows.scan()) visit(user);
    },
    async range(keys, count, visit) {
      for (const key of keys) for (const [, user] of rows.scan({ gte: key, limit: count })) visit(user);
    },
    close: () => db.close(),
  };
}

/** The system's own users, with their indexes: by name, which is unique, by role, and by storage, which none here has. */
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

/** A `Map` that, like a store, shares no object with its users. It has no order: sorted keys beside it are for ranges. */
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

/** LMDB on a file, with its own encoding, and never synced. */
function lmdb() {
  const folder = mkdtempSync(join(tmpdir(), "keyloft-bench-"));
  const db = open({ path: join(folder, "db"), noSync: true });
  return {
    async put(users) {
      db.transactionSync(() => {
        for (const user of users) db.putSync(user.userId, user);
      });
    },
    async get(keys, visit) {
      for (const key of keys) visit(db.get(key));
    },
    async iterate(visit) {
      for (const { value } of db.getRange()) visit(value);
    },
    async range(keys, count, visit) {
      for (const key of keys) for (const { value } of db.getRange({ start: key, limit: count })) visit(value);
    },
    async close() {
      await db.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** SQLite in memory, a column for each field. */
async function sqlite() {
  const { default: Sqlite } = await import("better-sqlite3");
  const db = new Sqlite(":memory:");
  const columns =
    "userId, username, passwordHash, role, email, authType, authData, storageMode, storageId, createdAt, updatedAt, lastSeen, deletedAt";
  db.exec(`create table users (${columns.replace("userId", "userId text primary key")}) without rowid`);
  const insert = db.prepare(`insert or replace into users values (${columns.replace(/\w+/g, ":$&")})`);
  const one = db.prepare("select * from users where userId = ?");
  const every = db.prepare("select * from users order by userId");
  const some = db.prepare("select * from users where userId >= ? order by userId limit ?");
  const put = db.transaction((users) => {
    for (const user of users) insert.run(user);
  });
  return {
    put: async (users) => put(users),
    async get(keys, visit) {
      for (const key of keys) visit(one.get(key));
    },
    async iterate(visit) {
      for (const user of every.iterate()) visit(user);
    },
    async range(keys, count, visit) {
      for (const key of keys) for (const user of some.iterate(key, count)) visit(user);
    },
    close: async () => db.close(),
  };
}

/** All of them, by their names, each made empty. The first is the baseline. */
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
