// The users in LMDB, with its own encoding.

/** The work on a database. */
export function lmdbOn(db) {
  return {
    async put(users) {
      db.transactionSync(() => {
        for (const user of users) db.putSync(user.userId, user);
      });
    },
    async putEach(users) {
      for (const user of users) db.transactionSync(() => db.putSync(user.userId, user));
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
  };
}
