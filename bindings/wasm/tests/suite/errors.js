import { bytes, equal, ok, rejects, test, throws } from "../harness.js";
import { DAMAGED, DANGLING, NEWER } from "./streams.js";

test("every error is a KeyloftError with a code, a message and a name", (api) => {
  const db = api.Database.memory();
  const error = throws(api, "NotFound", () => db.users.require("1"));
  ok(error instanceof Error && error.name === "KeyloftError");
  // Only some engines begin the stack with the error.
  ok(error.stack.includes("KeyloftError") || !error.stack.includes(error.message));
  ok(Object.keys(error).includes("code"));
  ok(!(new Error("x") instanceof api.KeyloftError) && !(null instanceof api.KeyloftError));
});

test("invalid cursors are refused", (api) => {
  const db = api.Database.memory();
  for (let i = 0; i < 10; i++) db.users.put({ userId: `${i}`, username: `${i}` });
  const { cursor: next } = db.users.page({ limit: 3 });
  for (const cursor of ["", "x", "00", "zz".repeat(10), next.slice(2), `${next}00`, next.replace(/.$/, (c) => (c === "0" ? "1" : "0")), "\0", "é"]) {
    throws(api, "InvalidCursor", () => db.users.page({ limit: 3, cursor }));
  }
  throws(api, "InvalidCursor", () => db.users.page({ limit: 3, cursor: next, prefix: "1" }));
  throws(api, "InvalidCursor", () => db.users.page({ limit: 3, cursor: next, reverse: true }));
  throws(api, "InvalidCursor", () => db.jobs.page({ cursor: next }));
  throws(api, "InvalidCursor", () => db.users.byRole.page({ cursor: next }));
  for (const cursor of [5, null, {}, []]) throws(api, "InvalidArgument", () => db.users.page({ cursor }));
});

test("the error of a value that can't be decoded names its place", async (api) => {
  const db = api.Database.memory();
  await db.import(DAMAGED);
  const rows = db.collection("rows", { key: "string" });
  for (const [key, code] of [["broken", "Decode"], ["moved", "Corrupted"], ["newer", "NewerVersion"]]) {
    for (const call of [
      () => rows.get(key),
      () => rows.require(key),
      () => rows.getMany([key]),
      () => rows.scan({ gte: key, lte: key }).toArray(),
      () => rows.page({ gte: key, lte: key }),
      () => rows.update(key, () => undefined),
    ]) {
      const { message } = throws(api, code, call);
      ok(message.includes(`key \`${key}\` in partition \`rows\``), message);
      ok(!message.includes("raise its schema version"), message);
    }
  }
});

test("the error names the place in tables of the system and of rows too", async (api) => {
  const db = api.Database.memory();
  await db.import(NEWER);
  const notes = db.userTable("app", "notes", "ada");
  for (const [store, place] of [[db.users, "`1` in partition `system_users`"], [notes, "`ada:1` in partition `user_app:notes`"]]) {
    for (const call of [
      () => store.get("1"),
      () => store.getMany(["1"]),
      () => store.scan().toArray(),
      () => store.page(),
      () => store.first(),
      () => store.last(),
    ]) {
      const { message } = throws(api, "NewerVersion", call);
      ok(message.startsWith(`key ${place} has schema version`), message);
    }
    // A watch reports it, and goes on.
    const watch = store.watch();
    equal((await watch.next()).value, { type: "current", entries: [] });
    const { message } = await rejects(api, "NewerVersion", watch.next());
    ok(message.startsWith(`key ${place} has schema version`), message);
    watch.close();
  }
});

test("a scan of a damaged index fails each time", async (api) => {
  const db = api.Database.memory();
  await db.import(DANGLING);
  const ids = ["2", "3", "4", "5"];
  for (const userId of ids) db.users.put({ userId, username: userId, role: "dba" });
  const said = "key `nobody` in partition `system_users`: index `role` has an entry for this key, which does not exist: `reindex` in Rust builds it again";
  equal(throws(api, "IndexMismatch", () => db.users.byRole.page()).message, said);
  const iterator = db.users.byRole.scan()[Symbol.iterator]();
  equal(ids.map(() => iterator.next().value.userId), ids);
  for (let i = 0; i < 3; i++) equal(throws(api, "IndexMismatch", () => iterator.next()).message, said);
});

test("after the close every call is an error with its code", async (api) => {
  const db = api.Database.memory();
  const { users } = db;
  const notes = db.collection("notes", { key: "string" });
  notes.putMany(Array.from({ length: 100 }, (_, i) => [`${i}`, {}]));
  const iterator = notes.scan()[Symbol.iterator]();
  iterator.next();
  const snapshot = db.snapshot();
  equal(db.closed, false);
  db.close();
  db.close();
  equal(db.closed, true);
  for (const call of [
    () => db.users.get("1"),
    () => users.put({ userId: "1", username: "a" }),
    () => notes.get("1"),
    () => db.collection("notes", { key: "string" }),
    () => db.jobs.count(),
    () => db.transaction(() => 1),
    () => db.snapshot(),
    () => snapshot.users.count(),
    () => db.export(),
    () => db.digest(),
    () => db.partitions(),
    () => db.partition("p").get(bytes("k")),
    () => notes.watch(),
    () => [...iterator],
    () => notes.scan().toArray(),
    () => db.as({ userId: "x", role: "dba" }).users.count(),
  ]) {
    throws(api, "Closed", call);
  }
  snapshot.close();
  iterator.return();
  await rejects(api, "Closed", db.import(new Uint8Array(40)));
  const dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");
  const another = api.Database.memory();
  another[dispose]();
  equal(another.closed, true);
  await api.Database.memory()[Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]();
});

test("keys in only one of two encodings stay different", ({ Database }) => {
  const db = Database.memory();
  for (const id of ["%", "%25", "%3A", ":", "a:b", "a%3Ab", " ", "\n"]) db.userTable(id, id, id).put(id, { id });
  for (const id of ["%", "%25", "%3A", ":", "a:b", "a%3Ab", " ", "\n"]) equal(db.userTable(id, id, id).get(id).row, { id });
});
