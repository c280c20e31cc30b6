import { bytes, equal, ok, rejects, test, throws } from "../harness.js";
import { PARTLY_DAMAGED } from "./streams.js";

const soon = () => new Promise((resolve) => setTimeout(resolve, 0));

test("a watch gives the result first, and then the changes in the order of the commits", async ({ Database }) => {
  const db = Database.memory();
  const notes = db.collection("notes", { key: "string" });
  notes.put("a1", { n: 1 });
  notes.put("b1", { n: 1 });
  const watch = notes.watch({ prefix: "a" });
  notes.put("a2", { n: 2 });
  notes.put("b2", { n: 2 });
  db.transaction((tx) => {
    const inside = tx.collection("notes", { key: "string" });
    inside.put("a1", { n: 10 });
    inside.put("a1", { n: 11 });
    inside.delete("a2");
  });
  const events = [];
  for await (const event of watch) {
    events.push(event);
    if (events.length === 4) break;
  }
  const first = events[1].commit;
  equal(events, [
    { type: "current", entries: [["a1", { n: 1 }]] },
    { type: "inserted", commit: first, key: "a2", new: { n: 2 } },
    { type: "updated", commit: events[2].commit, key: "a1", old: { n: 1 }, new: { n: 11 } },
    { type: "deleted", commit: events[2].commit, key: "a2", old: { n: 2 } },
  ]);
  ok(events[2].commit > first);
  equal(await watch.next(), { done: true, value: undefined });
});

test("a watch waits, wakes up, and ends with the database", async ({ Database }) => {
  const db = Database.memory();
  const watch = db.users.watch();
  equal((await watch.next()).value, { type: "current", entries: [] });
  let told;
  const waiting = watch.next().then((event) => (told = event));
  await soon();
  equal(told, undefined);
  db.users.put({ userId: "1", username: "a" });
  await waiting;
  equal([told.value.type, told.value.key, told.value.new.username], ["inserted", "1", "a"]);
  const last = watch.next();
  db.close();
  equal(await last, { done: true, value: undefined });
  equal(await watch.next(), { done: true, value: undefined });
});

test("closing a watch ends the calls that wait for it", async ({ Database }) => {
  const db = Database.memory();
  const watch = db.users.watch();
  await watch.next();
  const waiting = watch.next();
  watch.close();
  equal(await waiting, { done: true, value: undefined });
  db.users.put({ userId: "1", username: "a" });
});

test("several watches get all events, and so do several waiting callers of one", async ({ Database }) => {
  const db = Database.memory();
  const watches = [db.users.watch(), db.users.watch(), db.users.watch({ prefix: "x" })];
  for (const watch of watches) await watch.next();
  const waiting = watches.slice(0, 2).flatMap((watch) => [watch.next(), watch.next()]);
  db.users.put({ userId: "1", username: "a" });
  db.users.put({ userId: "2", username: "b" });
  equal((await Promise.all(waiting)).map(({ value }) => value.key), ["1", "2", "1", "2"]);
  for (const watch of watches) watch.close();
});

test("changes that find no room are lost: the watch says so, and gives the result again", async ({ Database }) => {
  const db = Database.memory();
  const watch = db.users.watch({}, { capacity: 2 });
  await watch.next();
  for (let i = 0; i < 5; i++) db.users.put({ userId: `${i}`, username: `${i}` });
  const events = [];
  for await (const event of watch) {
    events.push(event);
    if (event.type === "current") break;
  }
  equal(events.map(({ type }) => type), ["inserted", "inserted", "lagged", "current"]);
  equal(events[2].missed, 3n);
  equal(events[3].entries.length, 5);
});

test("hidden rows are hidden from a watch too", async ({ Database }) => {
  const notes = Database.memory().userTable("app", "notes", "bob");
  notes.put("1", { n: 1 });
  const watch = notes.watch();
  notes.softDelete("1");
  notes.restore("1");
  const events = [];
  notes.softDelete("1");
  notes.delete("1");
  notes.put("2", {});
  for await (const event of watch) if (events.push(event.type) === 5) break;
  equal(events, ["current", "deleted", "inserted", "deleted", "inserted"]);
});

test("waiting events are read after a transaction, not in it", async ({ Database }) => {
  const db = Database.memory();
  const watch = db.users.watch();
  await watch.next();
  db.users.put({ userId: "1", username: "a" });
  let next;
  db.transaction(() => {
    next = watch.next();
  });
  equal((await next).value.key, "1");
  watch.close();
});

test("neither a snapshot nor a transaction can be watched", (api) => {
  const db = api.Database.memory();
  const snapshot = db.snapshot();
  throws(api, "UnwatchableQuery", () => snapshot.users.watch());
  snapshot.close();
  throws(api, "UnwatchableQuery", () => db.transaction((tx) => tx.users.watch()));
});

test("a watch does not give keys of another type than its own", async (api) => {
  const begin = async () => {
    const db = api.Database.memory();
    const rows = db.collection("rows", { key: "u32" });
    rows.put(1, { k: 1n });
    const watch = rows.watch();
    await watch.next();
    return { db, watch };
  };
  const other = ({ db }) => db.collection("rows", { key: "string" }).put("abcd", { k: 2n });
  const dropped = await begin();
  dropped.db.dropCollection("rows");
  equal((await dropped.watch.next()).value, { type: "deleted", commit: 1n, key: 1, old: { k: 1n } });
  other(dropped);
  const replaced = await begin();
  const made = api.Database.memory();
  other({ db: made });
  await replaced.db.import(made.export(), { replace: true });
  for (const { db, watch } of [dropped, replaced]) {
    await rejects(api, "DefinitionMismatch", watch.next());
    db.dropCollection("rows");
    equal((await watch.next()).done, true);
  }
});

test("an event that can't be read does not hide those behind it", async (api) => {
  const db = api.Database.memory();
  const watch = db.collection("rows", { key: "string" }).watch();
  await watch.next();
  db.import(PARTLY_DAMAGED, { replace: true });
  const told = [];
  while (told.length < 4) told.push(await watch.next().then(({ value }) => value.key, ({ code }) => code));
  equal(told, ["1", "Decode", "Decode", "4"]);
  watch.close();
});
