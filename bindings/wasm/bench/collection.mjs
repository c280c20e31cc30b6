// The users in a collection without indexes.

/** The work on a synchronous database. */
export function collectionOn(db) {
  const rows = db.collection("people", { key: "string" });
  return {
    async put(users) {
      rows.putMany(users.map((user) => [user.userId, user]));
    },
    async putEach(users) {
      for (const user of users) rows.put(user.userId, user);
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
  };
}
