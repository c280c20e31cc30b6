// IndexedDB by hand. With relaxed durability the system decides when a commit is on disk; with strict it waits until it
// is.

const done = (request, event = "success") =>
  new Promise((resolve, reject) => {
    request.addEventListener(event, () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
    request.addEventListener("abort", () => reject(request.error));
  });

/** An object store with the user's id as key, of this durability. */
export function indexedDb(durability) {
  const file = `bench-${durability}`;
  let db;
  const read = () => db.transaction("users").objectStore("users");
  const write = (users) => {
    const transaction = db.transaction("users", "readwrite", { durability });
    const store = transaction.objectStore("users");
    for (const user of users) store.put(user);
    return done(transaction, "complete");
  };
  const close = async () => {
    db?.close();
    await done(indexedDB.deleteDatabase(file));
  };
  return {
    name: `IndexedDB, ${durability}`,
    async empty() {
      await close();
      const opening = indexedDB.open(file);
      opening.onupgradeneeded = () => opening.result.createObjectStore("users", { keyPath: "userId" });
      db = await done(opening);
    },
    load: write,
    async get(keys, visit) {
      const store = read();
      for (const key of keys) visit(await done(store.get(key)));
    },
    async scan(visit) {
      for (const user of await done(read().getAll())) visit(user);
    },
    async range(keys, count, visit) {
      const store = read();
      for (const key of keys) for (const user of await done(store.getAll(IDBKeyRange.lowerBound(key), count))) visit(user);
    },
    async put(users) {
      for (const user of users) await write([user]);
    },
    close,
  };
}
