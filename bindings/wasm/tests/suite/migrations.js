import { bytes, equal, ok, rejects, test, throws } from "../harness.js";

const V1 = { key: "string", index: { n: "f64" } };
const V2 = { ...V1, index: { day: "string" }, version: 2 };

/** A collection of this many rows of version 1. */
function filled(api, count) {
  const db = api.Database.memory();
  const rows = Array.from({ length: count }, (_, i) => [`${i}`.padStart(5, "0"), { n: i }]);
  db.collection("rows", V1).putMany(rows);
  return db;
}

const toDay = ({ n, ...rest }) => ({ ...rest, day: `day ${n % 7}` });

test("rows are migrated by a function, in several transactions, with their progress", (api) => {
  const db = filled(api, 2500);
  const before = db.collection("rows", V1);
  const [seen, versions] = [[], new Set()];
  const migrate = (row, from) => (versions.add(from), toDay(row));
  equal(db.defineCollection("rows", V2, { migrate, progress: (rows) => seen.push(rows) }), true);
  equal([...versions], [1]);
  ok(seen.length > 3 && seen.every((rows, i) => i === 0 || rows >= seen[i - 1]) && seen.at(-1) >= 2500, `${seen}`);
  const rows = db.collection("rows", V2);
  equal([rows.count(), rows.get("00009")], [2500, { day: "day 2" }]);
  equal(rows.by("day").findAll("day 2").length, 357);
  throws(api, "InvalidArgument", () => rows.by("n"));
  equal(db.defineCollection("rows", V2, { migrate }), false);
  // A program of the earlier version is refused for everything.
  for (const call of [() => before.get("00001"), () => before.delete("00001"), () => before.put("x", { n: 1 }), () => before.count(), () => before.scan().toArray()]) {
    const { message } = throws(api, "DefinitionMismatch", call);
    ok(message.includes("its schema version is 2 in the database, 1 in this program;") && message.endsWith("run a newer program"), message);
  }
  throws(api, "DefinitionMismatch", () => db.defineCollection("rows", V1));
  // The data is the same as if the rows had been written in this form.
  const made = api.Database.memory();
  made.collection("rows", V2).putMany(rows.scan().toArray());
  equal(db.digest(), made.digest());
});

test("a version needs a migration only if there are rows", (api) => {
  const db = filled(api, 3);
  const { message } = throws(api, "InvalidArgument", () => db.defineCollection("rows", V2));
  ok(message.includes("`rows` have version 1, and the definition has version 2"), message);
  equal(db.collection("rows", V1).count(), 3);
  db.collection("rows", V1).deleteRange();
  equal(db.defineCollection("rows", V2), true);
  equal(db.collection("rows", V2).count(), 0);
});

test("a migration that fails at its first rows changes nothing", (api) => {
  const db = filled(api, 3);
  const before = db.digest();
  const broken = new Error("broken");
  try {
    db.defineCollection("rows", V2, { migrate: () => { throw broken; } });
    ok(false);
  } catch (error) {
    equal(error, broken);
  }
  throws(api, "InvalidArgument", () => db.defineCollection("rows", V2, { migrate: () => undefined }));
  throws(api, "InvalidArgument", () => db.defineCollection("rows", V2, { migrate: () => [1] }));
  throws(api, "Invalid", () => db.defineCollection("rows", V2, { migrate: () => ({ day: 5 }) }));
  for (const options of [{ migrate: 5 }, { progress: 5 }, { migrte: toDay }, 5]) {
    throws(api, "InvalidArgument", () => db.defineCollection("rows", V2, options));
  }
  equal(db.digest(), before);
});

test("a migration that was interrupted goes on where it was", (api) => {
  const db = filled(api, 3000);
  let calls = 0;
  const failing = (row) => {
    if (++calls > 1500) throw new Error("ended");
    return toDay(row);
  };
  try {
    db.defineCollection("rows", V2, { migrate: failing });
    ok(false);
  } catch (error) {
    equal(error.message, "ended");
  }
  // The new definition holds, but the unfinished index does not answer, and the other rows are of the old version.
  const rows = db.collection("rows", V2);
  equal(rows.get("00001"), { day: "day 1" });
  throws(api, "Decode", () => rows.get("02999"));
  throws(api, "IndexNotBuilt", () => rows.by("day").findAll("day 1"));
  rows.put("new", { day: "day 1" });
  throws(api, "DefinitionMismatch", () => db.collection("rows", V1));
  calls = 0;
  equal(db.defineCollection("rows", V2, { migrate: (row) => (calls++, toDay(row)) }), true);
  ok(calls === 2000, `${calls} rows were left`);
  equal([rows.count(), rows.by("day").count()], [3001, 3001]);
});

test("rows that differ in their version alone are migrated by it", (api) => {
  const db = api.Database.memory();
  const of = (version) => ({ key: "u32", version });
  db.collection("rows", of(1)).put(1, { v: 1n });
  const add = (row, from) => ({ ...row, from: BigInt(from) });
  equal(db.defineCollection("rows", of(2), { migrate: add }), true);
  db.collection("rows", of(2)).put(2, { v: 1n });
  equal(db.defineCollection("rows", of(5), { migrate: add }), true);
  equal(db.collection("rows", of(5)).scan().toArray(), [[1, { from: 2n, v: 1n }], [2, { from: 2n, v: 1n }]]);
  for (const version of [0, -1, 1.5, "2", 2 ** 32, null]) throws(api, "InvalidArgument", () => db.collection("rows", of(version)));
});

test("a unique index that migrated rows break can be built after they are mended", (api) => {
  const db = filled(api, 10);
  const unique = { key: "string", unique: { day: "string" }, version: 2 };
  throws(api, "UniqueViolation", () => db.defineCollection("rows", unique, { migrate: toDay }));
  const rows = db.collection("rows", unique);
  throws(api, "IndexNotBuilt", () => rows.find("day", "day 1"));
  const without = { key: "string", version: 2 };
  equal(db.defineCollection("rows", without, { migrate: toDay }), true);
  for (const key of ["00007", "00008", "00009"]) db.collection("rows", without).delete(key);
  equal(db.defineCollection("rows", unique), true);
  equal(rows.find("day", "day 1"), ["00001", { day: "day 1" }]);
});

test("a watch ends when its table gets another definition", async (api) => {
  for (const [definition, options] of [[{ ...V1, index: { n: "f64", m: "f64" } }], [{ ...V1, version: 2 }, { migrate: (row) => ({ ...row, m: 1 }) }]]) {
    const db = filled(api, 1);
    const watch = db.collection("rows", V1).watch();
    await watch.next();
    db.defineCollection("rows", definition, options);
    db.collection("rows", definition).put("x", { n: 5 });
    const { message } = await rejects(api, "DefinitionMismatch", watch.next());
    ok(message.startsWith("partition `rows` is defined otherwise"), message);
    equal((await watch.next()).done, true);
  }
});

test("bytes and collections exclude each other from the first write on", (api) => {
  const db = api.Database.memory();
  const [raw, rows] = [db.partition("x"), db.collection("x", { key: "bytes" })];
  equal([raw.count(), rows.count()], [0, 0]);
  rows.put(bytes("k"), {});
  for (const call of [() => raw.get(bytes("k")), () => raw.put(bytes("l"), bytes("v")), () => raw.count(), () => raw.clear(), () => raw.batch([{ type: "delete", key: bytes("k") }]), () => raw.getMany([bytes("k")]), () => raw.iterator().next()]) {
    throws(api, "DefinitionMismatch", call);
  }
  equal(rows.count(), 1);
  const other = api.Database.memory();
  other.partition("x").put(bytes("k"), bytes("v"));
  const { message } = throws(api, "DefinitionMismatch", () => other.collection("x", { key: "bytes" }));
  ok(message.includes("it is a partition of plain bytes"), message);
  equal([other.dropCollection("x"), other.partition("x").count()], [false, 1]);
});

test("an index has one value for all zeros, and its columns keep to their types", (api) => {
  const db = api.Database.memory();
  const rows = db.collection("rows", { key: "string", index: { f: "f64", at: "timestamp", n: "i64" } });
  rows.put("a", { f: -0, at: new Date(5), n: 5n });
  rows.put("b", { f: 0 });
  equal(rows.by("f").findAll(0).length, 2);
  const { message } = throws(api, "Invalid", () => rows.put("c", { at: 5n }));
  ok(message.includes("index `at` is on columns of type timestamp"), message);
  throws(api, "Invalid", () => rows.put("c", { n: new Date(5) }));
  equal(rows.by("at").findAll(new Date(5)).length, 1);
});
