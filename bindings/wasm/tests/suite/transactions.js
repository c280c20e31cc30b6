import { bytes, equal, ok, test, throws } from "../harness.js";

test("a transaction is committed when its body returns, and returns its result", ({ Database }) => {
  const db = Database.memory();
  const result = db.transaction((tx) => {
    tx.users.put({ userId: "1", username: "a" });
    equal(tx.users.count(), 1);
    equal([...tx.users.scan()].map((user) => user.userId), ["1"]);
    tx.collection("notes", { key: "string" }).put("n", { by: "1" });
    tx.userTable("app", "notes", "bob").put("1", {});
    tx.partition("raw").put(bytes("k"), bytes("v"));
    return tx.users.get("1").username;
  });
  equal(result, "a");
  equal([db.users.count(), db.collection("notes", { key: "string" }).count(), db.partition("raw").count()], [1, 1, 1]);
});

test("an error of the body is thrown unchanged, and nothing is written", (api) => {
  const db = api.Database.memory();
  db.users.put({ userId: "1", username: "a" });
  for (const thrown of [new Error("no"), "text", undefined, null, 0, { code: "x" }]) {
    let caught = "nothing";
    try {
      db.transaction((tx) => {
        tx.users.delete("1");
        tx.users.put({ userId: "2", username: "b" });
        throw thrown;
      });
    } catch (error) {
      caught = error;
    }
    ok(Object.is(caught, thrown));
    equal(db.users.scan().toArray().map((user) => user.userId), ["1"]);
  }
  // The engine is free for the next transaction.
  equal(db.transaction(() => 7), 7);
});

test("a transaction goes on after an error that its body catches", (api) => {
  const db = api.Database.memory();
  db.users.put({ userId: "1", username: "a" });
  db.transaction((tx) => {
    throws(api, "UniqueViolation", () => tx.users.insert({ userId: "2", username: "a" }));
    tx.users.insert({ userId: "2", username: "b" });
  });
  equal(db.users.count(), 2);
});

test("a failed write of many entities prevents the commit, even if its error is caught", (api) => {
  const db = api.Database.memory();
  throws(api, "UniqueViolation", () =>
    db.transaction((tx) => {
      try {
        tx.users.putMany([{ userId: "1", username: "a" }, { userId: "2", username: "a" }]);
      } catch {
        // The body goes on.
      }
    }),
  );
  equal(db.users.count(), 0);
});

test("inside a transaction, the database and another transaction are refused", (api) => {
  const db = api.Database.memory();
  const other = api.Database.memory();
  const users = db.users;
  const scan = db.users.scan();
  db.transaction((tx) => {
    throws(api, "NestedTransaction", () => users.get("1"));
    throws(api, "NestedTransaction", () => db.users.put({ userId: "1", username: "a" }));
    throws(api, "NestedTransaction", () => scan.toArray());
    throws(api, "NestedTransaction", () => db.transaction(() => 1));
    throws(api, "NestedTransaction", () => db.snapshot());
    throws(api, "NestedTransaction", () => db.users.watch());
    throws(api, "NestedTransaction", () => db.export());
    throws(api, "NestedTransaction", () => db.close());
    other.users.put({ userId: "1", username: "elsewhere" });
    equal(other.transaction((inner) => inner.users.count()), 1);
    tx.users.put({ userId: "1", username: "here" });
  });
  equal(db.users.get("1").username, "here");
});

test("an asynchronous body is refused and undone", async (api) => {
  const db = api.Database.memory();
  throws(api, "AsyncTransaction", () =>
    db.transaction(async (tx) => {
      tx.users.put({ userId: "1", username: "a" });
      await undefined;
      tx.users.put({ userId: "2", username: "b" });
    }),
  );
  throws(api, "AsyncTransaction", () => db.transaction(() => Promise.reject(new Error("unheard"))));
  throws(api, "InvalidArgument", () => db.transaction(function* () {}));
  throws(api, "InvalidArgument", () => db.transaction(async function* () {}));
  await new Promise((resolve) => setTimeout(resolve, 1));
  equal(db.users.count(), 0);
  throws(api, "InvalidArgument", () => db.transaction());
  throws(api, "InvalidArgument", () => db.transaction(5));
});

test("the stores of a transaction can't be used after it", (api) => {
  const db = api.Database.memory();
  let kept;
  let users;
  let iterator;
  db.transaction((tx) => {
    for (let i = 0; i < 50; i++) tx.users.put({ userId: `${i}`, username: `${i}` });
    kept = tx;
    users = tx.users;
    iterator = tx.users.scan()[Symbol.iterator]();
    iterator.next();
  });
  throws(api, "Closed", () => users.get("1"));
  throws(api, "Closed", () => kept.users.put({ userId: "x", username: "x" }));
  throws(api, "Closed", () => kept.partition("p").get(bytes("k")));
  throws(api, "Closed", () => [...iterator]);
  throws(api, "Closed", () => db.transaction(() => users.get("1")));
});

test("a transaction may act as a principal", (api) => {
  const db = api.Database.memory();
  db.as({ userId: "bob", role: "user" }).transaction((tx) => {
    tx.userTable("app", "notes").put("1", { n: 1 });
    throws(api, "AccessDenied", () => tx.users.count());
  });
  db.transaction((tx) => {
    equal(tx.as({ userId: "bob", role: "user" }).userTable("app", "notes").get("1").row, { n: 1 });
    throws(api, "AccessDenied", () => tx.as({ userId: "bob", role: "user" }).jobs.count());
  });
});

test("a snapshot does not change", (api) => {
  const db = api.Database.memory();
  const notes = db.collection("notes", { key: "string" });
  notes.put("1", { n: 1 });
  const before = db.snapshot();
  notes.put("1", { n: 2 });
  notes.put("2", { n: 3 });
  const then = before.collection("notes", { key: "string" });
  equal(then.get("1"), { n: 1 });
  equal([...then.scan()].length, 1);
  equal(before.partitions?.().length ?? 1, 1);
  throws(api, "ReadOnly", () => then.put("3", {}));
  throws(api, "ReadOnly", () => then.update("1", () => ({})));
  throws(api, "ReadOnly", () => then.delete("1"));
  const iterator = then.scan()[Symbol.iterator]();
  before.close();
  before.close();
  throws(api, "Closed", () => then.get("1"));
  throws(api, "Closed", () => iterator.next());
  equal(notes.get("1"), { n: 2 });
});

test("a failed transaction does not define a collection", (api) => {
  const db = api.Database.memory();
  try {
    db.transaction((tx) => {
      tx.collection("notes", { key: "string" });
      throw new Error("no");
    });
  } catch {
    // The body has thrown.
  }
  db.collection("notes", { key: "i64" }).put(1, {});
  throws(api, "DefinitionMismatch", () => db.collection("notes", { key: "string" }));
});
