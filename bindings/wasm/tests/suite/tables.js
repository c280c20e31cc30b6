import { bytes, equal, ok, rejects, test, throws } from "../harness.js";

// A collection is a table of the catalog, too. Those of Rust programs are in the tests of `cross-open`.

const ROWS = { key: ["string", "u32"], unique: { slug: "string" }, index: { place: { city: "string", zip: "i64" }, at: "timestamp" } };

function filled(api) {
  const db = api.Database.memory();
  db.collection("rows", ROWS).putMany([
    [["a", 1], { slug: "x", city: "Bonn", zip: 5n, at: new Date(7) }],
    [["a", 2], { slug: "y", city: "Bonn" }],
  ]);
  return db;
}

test("a table of the catalog has the reads and writes of a collection", (api) => {
  const db = filled(api);
  const [table, rows] = [db.table("rows"), db.collection("rows", ROWS)];
  equal(table.get(["a", 1]), rows.get(["a", 1]));
  equal([table.has(["a", 2]), table.has(["b", 2]), table.count({ prefix: ["a"] })], [true, false, 2]);
  table.insert(["b", 3], { slug: "z", city: "Wien", zip: 1n });
  table.batch([{ type: "delete", key: ["a", 2] }, { type: "put", key: ["c", 1], value: { slug: "w" } }]);
  table.update(["a", 1], (row) => ({ ...row, zip: 6n }));
  equal(rows.scan().toArray().map(([[name, id], { slug }]) => name + id + slug), ["a1x", "b3z", "c1w"]);
  equal([rows.find("slug", "z")[0], rows.find("slug", "y")], [["b", 3], undefined]);
  equal(rows.by("place").findAll(["Bonn", 6])[0][0], ["a", 1]);
  equal(table.by("place").scan({ prefix: ["Wien"] }).toArray()[0][0], ["b", 3]);
  equal(table.by("at").findAll(7n)[0][0], ["a", 1]);
  equal(table.find("slug", "w"), [["c", 1], { slug: "w" }]);
  throws(api, "AlreadyExists", () => table.insert(["b", 3], {}));
  throws(api, "UniqueViolation", () => table.put(["d", 1], { slug: "w" }));
  throws(api, "Invalid", () => table.put(["d", 1], { zip: "5" }));
  throws(api, "InvalidArgument", () => table.put(["d"], {}));
  equal(table.deleteRange({ prefix: ["a"] }), 1);
  // The same rows and indexes as if the collection had written them.
  const made = api.Database.memory();
  made.collection("rows", ROWS).putMany(table.scan().toArray());
  equal(made.digest(), db.digest());
});

test("a table of the catalog is in transactions, snapshots and watches", async (api) => {
  const db = filled(api);
  const before = db.snapshot();
  const watch = db.table("rows").watch({ prefix: ["b"] });
  equal((await watch.next()).value, { type: "current", entries: [] });
  db.transaction((tx) => {
    tx.table("rows").put(["b", 1], { slug: "z" });
    equal(tx.collection("rows", ROWS).find("slug", "z")[0], ["b", 1]);
    // A table that this transaction adds.
    tx.collection("added", { key: "string" }).put("k", {});
    equal(tx.table("added").get("k"), {});
  });
  const { type, key, new: row } = (await watch.next()).value;
  equal([type, key, row], ["inserted", ["b", 1], { slug: "z" }]);
  equal([before.table("rows").count(), db.table("rows").count()], [2, 3]);
  throws(api, "NotFound", () => before.table("added"));
  throws(api, "ReadOnly", () => before.table("rows").put(["c", 1], {}));
  watch.close();
});

test("an open table does not outlive its definition", async (api) => {
  const db = filled(api);
  const table = db.table("rows");
  const watch = table.watch();
  await watch.next();
  db.defineCollection("rows", { key: ["string", "u32"] });
  const { message } = throws(api, "DefinitionMismatch", () => table.get(["a", 1]));
  ok(message.includes("this program has the index `slug`, which the database lacks"), message);
  equal(db.table("rows").count(), 2);
  db.table("rows").put(["c", 1], {});
  await rejects(api, "DefinitionMismatch", watch.next());
  db.dropCollection("rows");
  throws(api, "NotFound", () => db.table("rows"));
  // A partition of bytes has no shape.
  db.partition("raw").put(bytes("k"), bytes("v"));
  throws(api, "InvalidArgument", () => db.table("raw"));
});
