// Queries by an index and by parts of keys, pages over damaged rows, and deletion by an index.
import { bytes, equal, ok, rejects, test, throws } from "../harness.js";
import { DAMAGED, DANGLING } from "./streams.js";

const DEFINITION = { key: ["string", "i64", "u8"], unique: { slug: "string" }, index: { city: "string", place: { city: "string", zip: "i64" } } };

function filled(api) {
  const db = api.Database.memory();
  const rows = db.collection("rows", DEFINITION);
  rows.putMany([
    [["a", 1, 0], { slug: "x", city: "Bonn", zip: 3n }],
    [["a", 2, 0], { slug: "y", city: "Wien", zip: 1n }],
    [["a", 2, 255], { city: "Bonn", zip: 1n }],
    [["a", 3, 0], {}],
    [["b", 1, 0], { slug: "z", city: "Bonn" }],
  ]);
  return { db, rows };
}

const ids = (entries) => [...entries].map(([[name, at, id]]) => `${name}${at}${id}`).join(" ");

test("the first and the last entity by an index", (api) => {
  const { db, rows } = filled(api);
  equal(rows.by("city").first()[0], ["a", 1n, 0]);
  equal(rows.by("city").last()[0], ["a", 2n, 0]);
  equal(rows.by("city").last({ lt: "Wien" })[0], ["b", 1n, 0]);
  equal(rows.by("place").first({ prefix: ["Bonn"] })[0], ["a", 2n, 255]);
  equal(rows.by("place").last({ prefix: ["Bonn"] })[0], ["a", 1n, 0]);
  equal([rows.by("city").first({ gt: "Wien" }), rows.by("city").first({ limit: 0 })], [undefined, undefined]);
  throws(api, "InvalidArgument", () => rows.by("city").last({ limit: 1 }));
  db.users.putMany([{ userId: "1", username: "a", role: "dba" }, { userId: "2", username: "b", role: "user" }]);
  equal([db.users.byRole.first().userId, db.users.byRole.last().userId], ["2", "1"]);
  equal([db.users.byRole.count({ eq: "dba" }), db.users.byRole.count({ eq: "system" })], [1, 0]);
});

test("a bound may be the first parts of a key or of an indexed value", (api) => {
  const { db, rows } = filled(api);
  const table = db.table("rows");
  for (const on of [rows, table]) {
    equal(ids(on.scan({ gte: ["a", 2] })), "a20 a2255 a30 b10");
    equal(ids(on.scan({ gt: ["a", 2] })), "a30 b10");
    equal(ids(on.scan({ lt: ["a", 2] })), "a10");
    equal(ids(on.scan({ lte: ["a", 2] })), "a10 a20 a2255");
    equal(ids(on.scan({ from: ["a", 2], to: ["a", 3] })), "a20 a2255");
    equal(ids(on.scan({ eq: ["a", 2] })), "a20 a2255");
    equal(ids(on.scan({ prefix: ["a"], gt: ["a", 1], reverse: true })), "a30 a2255 a20");
    equal(ids(on.scan({ prefix: ["a"], gt: ["a", 2, 0] })), "a2255 a30");
    equal(ids(on.scan({ eq: ["a", 2, 0] })), "a20");
    equal([on.count({ gt: ["a"] }), on.count({ lte: ["a"], limit: 3 })], [1, 3]);
    equal(ids(on.page({ gt: ["a", 1], limit: 2 }).entries), "a20 a2255");
    equal(ids(on.by("place").scan({ gt: ["Bonn"] })), "a20");
    equal(ids(on.by("place").scan({ gte: ["Bonn", 2], lte: ["Bonn"] })), "a10");
    for (const query of [{ gt: [] }, { gt: ["a", 1, 0, 0] }, { gt: [1] }, { eq: ["a"], prefix: ["a"], lt: ["b"] }, { eq: null }]) {
      throws(api, "InvalidArgument", () => on.count(query));
    }
    // A prefix is no key.
    throws(api, "InvalidArgument", () => on.get(["a", 2]));
  }
  // Nothing follows the greatest first part.
  const small = db.collection("small", { key: ["u8", "u8"] });
  small.putMany([[[254, 1], {}], [[255, 1], {}], [[255, 255], {}]]);
  const counts = [{ gt: [254] }, { gt: [255] }, { gte: [255] }, { lte: [255] }, { lt: [255] }, { eq: [255] }].map((query) => [small.count(query), small.scan(query).toArray().length]);
  equal(counts, [[2, 2], [0, 0], [2, 2], [3, 3], [1, 1], [2, 2]]);
  equal([small.deleteRange({ gt: [255] }), small.page({ gt: [255] }).entries.length, small.select().keys({ gt: [255] }).count()], [0, 0, 0]);
  equal(small.select().keys({ lte: [254] }).all().length, 1);
  // A key may be no longer than its first part.
  const texts = db.collection("texts", { key: ["u8", "string"] });
  texts.putMany([[[1, ""], {}], [[1, "a"], {}], [[2, ""], {}]]);
  equal([{ gt: [1] }, { gte: [1] }, { lte: [1] }, { lt: [2] }, { eq: [1] }, { gte: [2] }].map((query) => texts.count(query)), [1, 3, 2, 2, 2, 1]);
  db.tables.putMany(["t", "u"].map((name) => ({ tableId: ["app", name], tableType: "shared" })));
  equal([db.tables.count({ gte: ["app"] }), db.tables.count({ gt: ["app"] })], [2, 0]);
});

test("rows without a value in an index", (api) => {
  const { db, rows } = filled(api);
  equal(ids(rows.by("slug").missing()), "a2255 a30");
  equal(ids(rows.by("place").missing({ reverse: true })), "b10 a30");
  equal(ids(rows.by("city").missing()), "a30");
  equal(ids(rows.by("slug").missing({ prefix: ["a"], limit: 1 })), "a2255");
  equal(rows.by("slug").missing({ limit: 0 }).toArray(), []);
  equal(ids(db.table("rows").by("slug").missing({ gt: ["a", 2] })), "a30");
  db.users.putMany([{ userId: "1", username: "a", storageId: null }, { userId: "2", username: "b" }]);
  equal(db.users.byStorage.missing().toArray().map(({ userId }) => userId), ["1", "2"]);
  equal(db.users.byRole.missing().toArray(), []);
  const many = db.collection("many", { key: "u32", index: { n: "i64" } });
  many.putMany(Array.from({ length: 3000 }, (_, i) => [i, i % 1000 === 999 ? {} : { n: 1n }]));
  equal(many.by("n").missing().toArray().map(([key]) => key), [999, 1999, 2999]);
});

test("a page steps over what can't be read, and lists it", async (api) => {
  const db = api.Database.memory();
  await db.import(DAMAGED);
  const rows = db.collection("rows", { key: "string" });
  const whole = rows.pageReadable();
  equal(whole.skipped.map(({ key, error }) => [new TextDecoder().decode(key), error.code]).sort(), [["broken", "Decode"], ["moved", "Corrupted"], ["newer", "NewerVersion"]]);
  ok(whole.skipped.every(({ error }) => error instanceof api.KeyloftError && error.message.includes("in partition `rows`")));
  equal(whole.entries.length, rows.count() - 3);
  // Skipped rows count, so pages end.
  const keys = [];
  let pages = 0;
  for (let cursor; pages === 0 || cursor !== undefined; pages++) {
    const page = rows.pageReadable({ limit: 1, cursor });
    equal(page.entries.length + page.skipped.length, 1);
    keys.push(...page.entries.map(([key]) => key));
    cursor = page.cursor;
  }
  equal([pages, keys], [rows.count(), whole.entries.map(([key]) => key)]);
  throws(api, "InvalidArgument", () => rows.discard("broken"));
  throws(api, "ReadOnly", () => db.snapshot().collection("rows", { key: "string" }).discard(whole.skipped[0].key));
  equal(whole.skipped.map(({ key }) => rows.discard(key)), [true, true, true]);
  equal([rows.discard(whole.skipped[0].key), rows.count(), rows.scan().toArray().length], [false, keys.length, keys.length]);
  equal(filled(api).rows.pageReadable({ limit: 2 }).skipped, []);
  const dangling = api.Database.memory();
  await dangling.import(DANGLING);
  const { skipped } = dangling.users.byRole.pageReadable();
  ok(skipped.length > 0 && skipped.every(({ error }) => error.code === "IndexMismatch"), `${skipped.length}`);
  throws(api, "IndexMismatch", () => dangling.users.byRole.page());
  const raw = db.partition("raw");
  raw.put(bytes("k"), bytes("v"));
  equal(raw.pageReadable(), { entries: [[bytes("k"), bytes("v")]], cursor: undefined, skipped: [] });
});

test("a range of an index is deleted", (api) => {
  const { db, rows } = filled(api);
  equal(rows.by("place").deleteRange({ prefix: ["Bonn"], lt: ["Bonn", 3] }), 1);
  equal(rows.by("city").deleteRange({ eq: "Bonn", limit: 1 }), 1);
  equal(ids(rows.scan()), "a20 a30 b10");
  equal([rows.by("slug").count(), rows.find("slug", "x"), rows.by("place").count()], [2, undefined, 1]);
  equal(db.table("rows").by("city").deleteRange(), 2);
  equal(ids(rows.scan()), "a30");
  const before = db.snapshot();
  throws(api, "ReadOnly", () => before.collection("rows", DEFINITION).by("city").deleteRange());
  throws(api, "InvalidArgument", () => rows.by("city").deleteRange({ cities: 5 }));
  db.users.putMany([{ userId: "1", username: "a", role: "dba" }, { userId: "2", username: "b" }]);
  throws(api, "AccessDenied", () => db.as({ userId: "2", role: "user" }).users.byRole.deleteRange());
  equal(db.users.byRole.deleteRange({ eq: "dba" }), 1);
  equal(db.users.scan().toArray().map(({ userId }) => userId), ["2"]);
});

test("an index of any table is watched", async (api) => {
  const { db, rows } = filled(api);
  db.users.putMany([{ userId: "1", username: "a", role: "dba" }, { userId: "2", username: "b" }]);
  const [dba, latest] = [db.users.byRole.watch({ eq: "dba" }), db.users.byRole.watch({ reverse: true, limit: 1 })];
  const city = rows.by("city").watch({ eq: "Wien" });
  const user = db.users.get("1");
  equal((await dba.next()).value, { type: "current", entries: [user] });
  equal((await latest.next()).value.entries, [user]);
  db.users.update("2", (user) => void (user.role = "dba"));
  db.users.delete("1");
  rows.delete(["a", 2, 0]);
  const second = db.users.get("2");
  equal((await dba.next()).value, { type: "inserted", commit: 1n, key: "2", new: second });
  equal((await dba.next()).value, { type: "deleted", commit: 2n, key: "1", old: user });
  equal((await city.next()).value.entries.length, 1);
  equal((await city.next()).value, { type: "deleted", commit: 3n, key: ["a", 2n, 0], old: { slug: "y", city: "Wien", zip: 1n } });
  for (const watch of [dba, latest, city]) watch.close();
  throws(api, "UnwatchableQuery", () => db.snapshot().users.byRole.watch());
  db.jobs.put({ jobId: "1", jobType: "cleanup", namespaceId: "app", createdAt: 7n });
  const jobs = db.jobs.byNamespace.watch({ prefix: ["app"], reverse: true, limit: 5 });
  equal((await jobs.next()).value.entries, [db.jobs.get("1")]);
  db.jobs.cancel("1", 9n);
  const { type, old, new: cancelled } = (await jobs.next()).value;
  equal([type, old.status, cancelled], ["changed", "running", db.jobs.get("1")]);
  jobs.close();
  await rejects(api, "Closed", Promise.resolve().then(() => { const closed = api.Database.memory(); closed.close(); return closed.users.byRole.watch().next(); }));
});
