// Transactions whose calls come one by one, with other work between them.
import { bytes, equal, ok, test, throws } from "../harness.js";

async function opened(api, body) {
  const name = `staged-${Math.random()}`;
  const file = await api.Database.openDirect(name);
  try {
    for (const db of [file, api.Database.memory()]) await body(db);
  } finally {
    file.close();
    await api.Database.delete(name);
  }
}

test("staged writes are visible inside, and outside after the commit", async (api) => {
  await opened(api, async (db) => {
    db.users.put({ userId: "0", username: "zero" });
    const staged = db.stage();
    const { users } = staged.stores;
    users.put({ userId: "1", username: "a" });
    users.delete("0");
    staged.stores.collection("notes", { key: "string" }).putMany([["b", {}], ["a", {}]]);
    await undefined;
    throws(api, "UniqueViolation", () => users.insert({ userId: "2", username: "a" }));
    equal([users.scan().toArray().map((user) => user.userId), users.count(), users.get("0")], [["1"], 1, undefined]);
    equal(staged.stores.collection("notes", { key: "string" }).scan({ reverse: true }).toArray().map(([key]) => key), ["b", "a"]);
    equal(db.users.scan().toArray().map((user) => user.userId), ["0"]);
    equal(staged.open, true);
    staged.commit();
    equal(staged.open, false);
    equal(db.users.scan().toArray().map((user) => user.userId), ["1"]);
    equal(db.collection("notes", { key: "string" }).count(), 2);
    throws(api, "Closed", () => users.get("1"));
    throws(api, "Closed", () => staged.commit());
  });
});

test("aborted writes are never visible", async (api) => {
  await opened(api, async (db) => {
    const staged = db.stage();
    staged.stores.partition("raw").put(bytes("k"), bytes("v"));
    staged.abort();
    equal([db.partition("raw").count(), db.partitions()], [0, []]);
    const next = db.stage();
    equal(next.stores.partition("raw").count(), 0);
    next.commit();
  });
});

test("a write of many entities that fails prevents the commit", async (api) => {
  await opened(api, async (db) => {
    const staged = db.stage();
    throws(api, "UniqueViolation", () => staged.stores.users.putMany([{ userId: "1", username: "a" }, { userId: "2", username: "a" }]));
    throws(api, "UniqueViolation", () => staged.commit());
    equal(db.users.count(), 0);
    db.users.put({ userId: "1", username: "a" });
  });
});

test("nothing else writes during a staged transaction, and everything can be read", async (api) => {
  await opened(api, async (db) => {
    const { users } = db;
    users.put({ userId: "1", username: "a" });
    const stream = db.export();
    const staged = db.stage();
    throws(api, "NestedTransaction", () => users.put({ userId: "2", username: "b" }));
    throws(api, "NestedTransaction", () => db.transaction(() => 1));
    throws(api, "NestedTransaction", () => db.stage());
    throws(api, "UnwatchableQuery", () => staged.stores.users.watch());
    let refused;
    await db.import(stream, { replace: true }).catch((error) => (refused = error.code));
    equal(refused, "NestedTransaction");
    equal([users.count(), db.snapshot().users.count(), db.digest() === db.digest()], [1, 1, true]);
    staged.stores.users.put({ userId: "3", username: "c" });
    staged.commit();
    users.put({ userId: "2", username: "b" });
    equal(db.transaction((tx) => tx.users.count()), 3);
  });
});

test("a watch gets the changes at the commit, as those of one transaction", async (api) => {
  await opened(api, async (db) => {
    const watch = db.users.watch();
    equal((await watch.next()).value.type, "current");
    const staged = db.stage();
    staged.stores.users.put({ userId: "1", username: "a" });
    staged.stores.users.put({ userId: "2", username: "b" });
    staged.stores.users.put({ userId: "1", username: "c" });
    staged.commit();
    const events = [(await watch.next()).value, (await watch.next()).value];
    equal(events.map(({ type, key, commit }) => [type, key, commit]), [["inserted", "1", events[0].commit], ["inserted", "2", events[0].commit]]);
    equal(events[0].new.username, "c");
    watch.close();
  });
});

test("a principal has stores of its own in a staged transaction", async (api) => {
  await opened(api, async (db) => {
    const staged = db.stage();
    const bob = staged.stores.as({ userId: "bob", role: "user" });
    bob.userTable("app", "notes").put("1", { n: 1 });
    throws(api, "AccessDenied", () => bob.users.count());
    staged.commit();
    ok(db.userTable("app", "notes", "bob").has("1"));
  });
});
