// Keyloft: in the worker itself, and on a page through its own worker.

const FILE = "bench";

/** A collection without indexes. */
export async function collection(paths) {
  const { Database } = await import(paths.keyloft);
  let db, rows;
  return {
    name: "keyloft",
    async empty() {
      db?.close();
      await Database.delete(FILE);
      db = await Database.openDirect(FILE);
      rows = db.collection("people", { key: "string" });
    },
    async load(users) {
      rows.putMany(users.map((user) => [user.userId, user]));
    },
    async get(keys, visit) {
      for (const key of keys) visit(rows.get(key));
    },
    async scan(visit) {
      for (const [, user] of rows.scan()) visit(user);
    },
    async range(keys, count, visit) {
      for (const key of keys) for (const [, user] of rows.scan({ gte: key, limit: count })) visit(user);
    },
    async put(users) {
      for (const user of users) rows.put(user.userId, user);
    },
    async close() {
      db.close();
      await Database.delete(FILE);
    },
  };
}

/** The system's own users, with indexes of their unique names, their roles and their storages. */
export async function users(paths) {
  const { Database } = await import(paths.keyloft);
  let db;
  return {
    name: "keyloft",
    async empty() {
      db?.close();
      await Database.delete(FILE);
      db = await Database.openDirect(FILE);
    },
    async load(users) {
      db.users.putMany(users);
    },
    async get(keys, visit) {
      for (const key of keys) visit(db.users.get(key));
    },
    async scan(visit) {
      for (const user of db.users.scan()) visit(user);
    },
    async range(keys, count, visit) {
      for (const key of keys) for (const user of db.users.scan({ gte: key, limit: count })) visit(user);
    },
    async put(users) {
      for (const user of users) db.users.put(user);
    },
    async close() {
      db.close();
      await Database.delete(FILE);
    },
  };
}

/** The collection on a page: a worker answers each call before the next one is made. */
export async function collectionOnPage(paths) {
  const { Database } = await import(paths.keyloft);
  const file = `${FILE}-page`;
  let db, rows;
  return {
    name: "keyloft, from a page",
    async empty() {
      await db?.close();
      await Database.delete(file);
      db = await Database.open(file);
      rows = db.collection("people", { key: "string" });
    },
    load: (users) => rows.putMany(users.map((user) => [user.userId, user])),
    async get(keys, visit) {
      for (const key of keys) visit(await rows.get(key));
    },
    async scan(visit) {
      for await (const [, user] of rows.scan()) visit(user);
    },
    async range(keys, count, visit) {
      for (const key of keys) for await (const [, user] of rows.scan({ gte: key, limit: count })) visit(user);
    },
    async put(users) {
      for (const user of users) await rows.put(user.userId, user);
    },
    async close() {
      await db.close();
      await Database.delete(file);
    },
  };
}
