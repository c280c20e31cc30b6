import { bytes, equal, test, throws } from "../harness.js";

// Getters of the arguments of a call may use the database themselves.

test("a getter of a row may read its own table", (api) => {
  const rows = api.Database.memory().collection("rows", { key: "string" });
  rows.put("1", { n: 1 });
  rows.put("2", { get total() { return rows.count(); }, text: "x" });
  equal(rows.get("2"), { text: "x", total: 1 });
  equal([rows.has(""), rows.count()], [false, 2]);
});

test("a getter of a row may write, and both writes are stored", (api) => {
  const db = api.Database.memory();
  const rows = db.collection("rows", { key: "string" });
  const deep = (n) => ({ get n() { if (n > 0) rows.put(`${n - 1}`, deep(n - 1)); return n; }, more: "x".repeat(40_000 * n) });
  rows.put("3", deep(3));
  equal(rows.scan().toArray().map(([key, { n }]) => [key, n]), [["0", 0], ["1", 1], ["2", 2], ["3", 3]]);
  db.transaction((tx) => tx.collection("rows", { key: "string" }).put("4", { get n() { tx.users.put({ userId: "1", username: "a" }); return 4; } }));
  equal([rows.get("4"), db.users.get("1").username], [{ n: 4 }, "a"]);
});

test("getters of bounds, keys, batches and entities are read once", (api) => {
  const db = api.Database.memory();
  const rows = db.collection("rows", { key: ["string", "string"] });
  for (let i = 0; i < 5; i++) rows.put(["k", `${i}`], { i });
  equal(rows.deleteRange({ get gte() { return rows.last()[0]; } }), 1);
  equal(rows.scan({ get gte() { rows.count(); return ["k", "2"]; } }).toArray().length, 2);
  const key = Object.defineProperty(["k", "3"], 1, { get: () => `${rows.count() - 1}` });
  equal([rows.delete(key), rows.count()], [true, 3]);
  db.users.put({ userId: "1", get username() { db.users.put({ userId: "2", username: "b" }); return "a"; } });
  equal(db.users.scan().toArray().map(({ username }) => username), ["a", "b"]);
  const partition = db.partition("p");
  partition.batch([{ type: "put", key: bytes("1"), get value() { partition.put(bytes("2"), bytes("b")); return bytes("a"); } }]);
  equal(partition.count(), 2);
});

test("an array that grows while it is written is written to its end", (api) => {
  const rows = api.Database.memory().collection("rows", { key: "string" });
  const pairs = [["1", { get n() { if (pairs.length === 1) pairs.push(["2", { n: 2 }]); return 1; } }]];
  rows.putMany(pairs);
  equal(rows.count(), 2);
});

test("a list is written with the length that it had first", (api) => {
  const db = api.Database.memory();
  const rows = db.collection("rows", { key: "string" });
  const list = [];
  list.push({ get x() { list.push(0); return 1; } });
  rows.put("1", { list, after: true });
  equal(rows.get("1"), { list: [{ x: 1 }], after: true });
  const short = [{ get x() { short.length = 1; return 1; } }, 2];
  throws(api, "InvalidArgument", () => rows.put("2", { short }));
  equal(rows.scan().toArray().length, 1);
});

test("a row of many columns is written with the columns that it had first", (api) => {
  const rows = api.Database.memory().collection("rows", { key: "string" });
  let looked = 0;
  const row = Object.defineProperty({}, "c0", { get: () => (looked++ === 0 ? undefined : 1), enumerable: true });
  for (let i = 1; i < 200; i++) row[`c${i}`] = i;
  rows.put("1", row);
  equal(Object.keys(rows.get("1")).length, 199);
});

test("a getter may close its database, and others stay open", (api) => {
  const [closed, other] = [api.Database.memory(), api.Database.memory()];
  const rows = other.collection("rows", { key: "string" });
  rows.put("1", { n: 1 });
  const row = { get n() { closed.close(); rows.put("2", { n: 2 }); return "x".repeat(100_000); } };
  throws(api, "Closed", () => closed.collection("rows", { key: "string" }).put("1", row));
  equal(rows.scan().toArray(), [["1", { n: 1 }], ["2", { n: 2 }]]);
});

test("a getter may release a snapshot", (api) => {
  const db = api.Database.memory();
  const rows = db.collection("rows", { key: "string" });
  const snapshot = db.snapshot();
  rows.put("1", { get n() { snapshot.close(); return 1; } });
  equal(rows.get("1"), { n: 1 });
});

test("a getter may use another database and grow the memory of both", (api) => {
  const a = api.Database.memory();
  const rows = a.collection("rows", { key: "string" });
  const cache = api.Database.memory().collection("cache", { key: "string" });
  let text = "y".repeat(4_000_000);
  const grow = () => {
    cache.put(text.slice(0, 8), { text });
    text += text.slice(0, 3_000_000);
    return "x";
  };
  rows.put("1", { aa: "x", owner: "alice", role: "dba" });
  rows.put("2", { get aa() { return grow(); }, owner: "bob", role: "none", list: [1, { get b() { return grow(); } }, "end"] });
  equal(rows.get("2"), { aa: "x", list: [1, { b: "x" }, "end"], owner: "bob", role: "none" });
  rows.put("3", { a: 1, get z() { api.Database.memory().collection("c", { key: "string" }).put("k", { text }); return undefined; } });
  equal(rows.get("3"), { a: 1 });
  a.users.put({ userId: "1", get username() { return grow(); }, email: "a@b.c" });
  equal([a.users.get("1").username, a.users.get("1").email], ["x", "a@b.c"]);
  const key = Object.defineProperty(["k", ""], 1, { get: grow });
  const tuples = a.collection("tuples", { key: ["string", "string"] });
  tuples.batch([{ type: "put", key, get value() { return { get n() { grow(); return 1; } }; } }]);
  equal(tuples.scan().toArray(), [[["k", "x"], { n: 1 }]]);
});

test("a key is deleted whose getter grows the memory and uses the table", (api) => {
  const db = api.Database.memory();
  const rows = db.collection("rows", { key: ["string", "string"] });
  rows.put(["a", "b"], {});
  const text = "y".repeat(8_000_000);
  const key = Object.defineProperty(["", "b"], 0, {
    get() {
      api.Database.memory().collection("c", { key: "string" }).put("k", { text });
      return rows.count() === 1 ? "a" : "";
    },
  });
  equal([rows.delete(key), rows.count()], [true, 0]);
});
