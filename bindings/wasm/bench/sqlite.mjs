// The users in a table of SQLite, with a column for each field.

/** The columns. The first is the key. */
export const COLUMNS = ["userId", "username", "passwordHash", "role", "email", "authType", "authData", "storageMode", "storageId", "createdAt", "updatedAt", "lastSeen", "deletedAt"];

/** The work on a database of better-sqlite3. */
export function sqliteOn(db) {
  const columns = COLUMNS.join();
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
    async putEach(users) {
      for (const user of users) insert.run(user);
    },
    async get(keys, visit) {
      for (const key of keys) visit(one.get(key));
    },
    async iterate(visit) {
      for (const user of every.iterate()) visit(user);
    },
    async range(keys, count, visit) {
      for (const key of keys) for (const user of some.iterate(key, count)) visit(user);
    },
  };
}
