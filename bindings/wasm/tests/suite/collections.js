import { bytes, equal, ok, test, throws } from "../harness.js";
import { PLAIN as UNLISTED } from "./streams.js";

const DEFINITION = {
  key: ["string", "i64"],
  unique: { email: "string" },
  index: { city: "string", age: "f64", place: { city: "string", zip: "i64" }, seen: "timestamp" },
};

test("composite keys are in order, and prefixes end where a part ends", ({ Database }) => {
  const notes = Database.memory().collection("notes", { key: ["string", "i64"] });
  const keys = [["", 0n], ["a", -(2n ** 63n)], ["a", -1n], ["a", 0n], ["a", 2n ** 63n - 1n], ["a\0", 1n], ["a\0b", 1n], ["ab", 0n], ["b", 5n], ["é", 1n]];
  for (const key of [...keys].reverse()) notes.put(key, { at: key[1] });
  equal([...notes.scan()].map(([key]) => key), keys);
  equal([...notes.scan({ prefix: ["a"] })].map(([key]) => key), keys.slice(1, 5));
  equal([...notes.scan({ from: ["a", -1], to: ["ab", 0] })].map(([key]) => key), keys.slice(2, 7));
  equal(notes.get(["a", 0]), { at: 0n });
  equal(notes.has(["a", 7]), false);
});

test("keys of every type are read as they were put", (api) => {
  const db = api.Database.memory();
  const samples = {
    string: ["", "a", "ünï"],
    bytes: [new Uint8Array(0), new Uint8Array([0]), new Uint8Array([255, 0])],
    bool: [false, true],
    u8: [0, 255],
    u16: [0, 65535],
    u32: [0, 4294967295],
    i8: [-128, 0, 127],
    i16: [-32768, 0, 32767],
    i32: [-2147483648, 0, 2147483647],
    u64: [0n, 2n ** 64n - 1n],
    i64: [-(2n ** 63n), 0n, 2n ** 63n - 1n],
  };
  for (const [type, keys] of Object.entries(samples)) {
    const single = db.collection(`single_${type}`, { key: type });
    const pair = db.collection(`pair_${type}`, { key: [type, "u8"] });
    for (const key of [...keys].reverse()) {
      single.put(key, {});
      pair.put([key, 7], {});
    }
    equal([...single.scan()].map(([key]) => key), keys, type);
    equal([...pair.scan()].map(([key]) => key), keys.map((key) => [key, 7]), type);
    equal(pair.count({ prefix: [keys[0]] }), 1, type);
  }
  const three = db.collection("three", { key: ["bytes", "string", "bytes"] });
  const key = [new Uint8Array([0, 0, 255]), "a\0\0b", new Uint8Array([0])];
  three.put(key, {});
  equal(three.scan().toArray(), [[key, {}]]);
  equal(three.count({ prefix: [key[0], key[1]] }), 1);
});

test("keys and prefixes of another shape are refused", (api) => {
  const db = api.Database.memory();
  const notes = db.collection("notes", DEFINITION);
  for (const key of ["a", ["a"], ["a", 1n, 2], [1, 1n], ["a", "1"], ["a", 1.5], ["a", 2n ** 63n], null, undefined, {}]) {
    throws(api, "InvalidArgument", () => notes.get(key));
    throws(api, "InvalidArgument", () => notes.put(key, {}));
  }
  for (const prefix of ["a", [], ["a", 1n], [1], null]) throws(api, "InvalidArgument", () => notes.count({ prefix }));
  throws(api, "InvalidArgument", () => db.collection("ints", { key: "i64" }).count({ prefix: 1n }));
  for (const query of [{ limit: -1 }, { limit: 1.5 }, { limit: "1" }, { prefx: ["a"] }, { from: ["a", 1], gte: ["a", 1] }, { from: ["a", 1], gt: ["a", 1] }, 5, null]) {
    throws(api, "InvalidArgument", () => notes.scan(query).toArray());
  }
});

test("indexes are maintained, and have the reads of a table", (api) => {
  const people = api.Database.memory().collection("people", DEFINITION);
  people.put(["a", 1], { email: "a@x", city: "Bonn", age: 30, zip: 53111n, seen: new Date(1000) });
  people.put(["b", 1], { email: "b@x", city: "Bonn", age: -1.5, zip: 53113n });
  people.put(["c", 1], { email: "c@x", city: "Wien", age: 30.5, zip: 1010n, seen: new Date(-1000) });
  people.put(["d", 1], { email: null, city: null });
  equal(people.find("email", "b@x")[0], ["b", 1n]);
  equal(people.find("email", "nobody"), undefined);
  const ids = (entries) => entries.map(([key]) => key[0]).join("");
  equal(ids(people.by("city").findAll("Bonn")), "ab");
  equal(ids([...people.by("age").scan()]), "bac");
  equal(ids([...people.by("age").scan({ from: 0, reverse: true })]), "ca");
  equal(ids([...people.by("seen").scan({ lt: new Date(0) })]), "c");
  equal(ids([...people.by("place").scan({ prefix: ["Bonn"], reverse: true })]), "ba");
  equal(ids(people.by("place").findAll(["Wien", 1010])), "c");
  equal(people.by("city").count({ prefix: "B" }), 2);
  const page = people.by("city").page({ limit: 2 });
  equal(ids([...page.entries, ...people.by("city").page({ limit: 2, cursor: page.cursor }).entries]), "abc");
  throws(api, "UniqueViolation", () => people.put(["e", 1], { email: "a@x" }));
  throws(api, "UniqueViolation", () => people.putMany([[["f", 1], { email: "new" }], [["g", 1], { email: "new" }]]));
  equal(people.count(), 4);
  people.update(["a", 1], (row) => ({ ...row, email: "z@x", city: "Köln" }));
  equal(people.find("email", "a@x"), undefined);
  equal(ids(people.by("city").findAll("Bonn")), "b");
  people.put(["e", 1], { email: "a@x" });
  people.delete(["b", 1]);
  equal(ids(people.by("city").findAll("Bonn")), "");
  throws(api, "InvalidArgument", () => people.by("nothing"));
  throws(api, "InvalidArgument", () => people.find("city", "Bonn"));
  throws(api, "InvalidArgument", () => people.by("city").findAll(5));
});

test("a row without a valid index value is refused", (api) => {
  const people = api.Database.memory().collection("people", DEFINITION);
  const refused = throws(api, "Invalid", () => people.put(["a", 1], { age: 30n }));
  ok(refused.message.includes("age") && refused.message.includes("f64"), refused.message);
  throws(api, "Invalid", () => people.put(["a", 1], { zip: 5, city: "Bonn" }));
  throws(api, "Invalid", () => people.put(["a", 1], { email: bytes("a@x") }));
  throws(api, "IndexedValueTooLong", () => people.put(["a", 1], { city: "x".repeat(5000) }));
  equal(people.count(), 0);
});

test("a definition is stored: another one is refused, the same one opens again", (api) => {
  const db = api.Database.memory();
  db.collection("notes", DEFINITION).put(["a", 1], {});
  equal(db.collection("notes", { ...DEFINITION }).count(), 1);
  for (const other of [{ key: ["string", "u64"] }, { key: ["string", "i64"] }, { ...DEFINITION, index: { city: "string" } }]) {
    throws(api, "DefinitionMismatch", () => db.collection("notes", other));
  }
});

const PLAIN = { key: ["string", "i64"] };

test("a collection can be defined again, and its indexes have its rows", (api) => {
  const db = api.Database.memory();
  const before = db.collection("people", { ...PLAIN, index: { age: "f64" } });
  before.put(["a", 1], { email: "a@x", city: "Bonn", zip: 5n, age: 7 });
  before.put(["b", 2], { email: "b@x", city: "Bonn", zip: 6n });
  before.put(["c", 3], {});
  const state = db.snapshot();
  equal(db.defineCollection("people", DEFINITION), true);
  equal(db.defineCollection("people", DEFINITION), false);
  const people = db.collection("people", DEFINITION);
  equal(people.find("email", "b@x")?.[0], ["b", 2n]);
  equal(people.by("place").scan({ prefix: ["Bonn"], reverse: true }).toArray().map(([[name]]) => name), ["b", "a"]);
  equal(people.by("age").count(), 1);
  // Handles from before fail, and a snapshot from before is unchanged.
  throws(api, "DefinitionMismatch", () => before.put(["d", 4], {}));
  throws(api, "DefinitionMismatch", () => before.get(["a", 1]));
  equal(state.collection("people", { ...PLAIN, index: { age: "f64" } }).by("age").findAll(7).length, 1);
  throws(api, "DefinitionMismatch", () => state.collection("people", DEFINITION));
  // Without indexes the data is the same as if there had never been any.
  equal(db.defineCollection("people", PLAIN), true);
  const other = api.Database.memory();
  other.collection("people", PLAIN).putMany(db.collection("people", PLAIN).scan().toArray());
  equal(db.digest(), other.digest());
  // A missing collection is created.
  equal(db.defineCollection("new", PLAIN), true);
  equal(db.collection("new", PLAIN).count(), 0);
});

test("a new collection is empty in an older snapshot", (api) => {
  const db = api.Database.memory();
  const state = db.snapshot();
  db.collection("later", PLAIN).put(["a", 1], {});
  const before = state.collection("later", PLAIN);
  equal([before.get(["a", 1]), before.count(), before.scan().toArray()], [undefined, 0, []]);
  equal(state.collection("never", PLAIN).count(), 0);
  throws(api, "ReadOnly", () => before.put(["a", 1], {}));
});

test("an index of one column under another name has that column's values", (api) => {
  const db = api.Database.memory();
  const tasks = db.collection("tasks", { key: "string", index: { created_at: { createdAt: "i64" } } });
  for (const at of [1n, 2n, 3n]) tasks.put(`${at}`, { createdAt: at });
  equal(tasks.by("created_at").scan({ gte: 2n }).toArray().length, 2);
  equal(tasks.by("created_at").findAll(3n).length, 1);
});

test("a collection stays as it is when a new definition fails", (api) => {
  const db = api.Database.memory();
  const people = db.collection("people", { ...PLAIN, unique: { email: "string" } });
  people.put(["a", 1], { email: "a@x", city: "Bonn" });
  people.put(["b", 2], { email: "b@x", city: "Bonn", age: "old" });
  const before = db.digest();
  for (const [code, part, definition] of [
    ["UniqueViolation", "city", { ...PLAIN, unique: { city: "string" } }],
    ["Invalid", "age", { ...PLAIN, index: { age: "f64" } }],
    ["DefinitionMismatch", "the key is (text, i64) in the database, text in this program", { key: "string" }],
    ["InvalidArgument", "brackets", { key: ["string"] }],
  ]) {
    const { message } = throws(api, code, () => db.defineCollection("people", definition));
    ok(message.includes(part), message);
    equal(db.digest(), before);
  }
  const { message } = throws(api, "DefinitionMismatch", () => db.collection("people", PLAIN));
  ok(message.includes("the database has the index `email`, which this program lacks") && message.includes("defineCollection"), message);
  throws(api, "NestedTransaction", () => db.transaction(() => db.defineCollection("people", PLAIN)));
  throws(api, "InvalidPartition", () => db.defineCollection("system_users", PLAIN));
  throws(api, "InvalidArgument", () => db.defineCollection(5, PLAIN));
  db.partition("raw").put(bytes("k"), bytes("v"));
  throws(api, "DefinitionMismatch", () => db.defineCollection("raw", PLAIN));
  equal(people.find("email", "a@x")?.[0], ["a", 1n]);
});

test("a dropped collection is gone", (api) => {
  const db = api.Database.memory();
  const empty = db.digest();
  const people = db.collection("people", DEFINITION);
  people.put(["a", 1], { email: "a@x" });
  equal([db.dropCollection("people"), db.dropCollection("people"), db.dropCollection("never")], [true, false, false]);
  equal(db.digest(), empty);
  db.partition("people").put(bytes("k"), bytes("v"));
  throws(api, "DefinitionMismatch", () => people.count());
  throws(api, "InvalidPartition", () => db.dropCollection("system_users"));
});

test("a table that an undone transaction has opened is opened again", (api) => {
  const db = api.Database.memory();
  const people = db.collection("people", PLAIN);
  people.put(["a", 1], {});
  db.dropCollection("people");
  const undone = new Error("undone");
  try {
    db.transaction((tx) => {
      tx.collection("people", PLAIN).put(["b", 1], {});
      throw undone;
    });
  } catch (error) {
    equal(error, undone);
  }
  throws(api, "NotFound", () => people.update(["c", 1], () => undefined));
  people.put(["d", 1], {});
  throws(api, "DefinitionMismatch", () => db.collection("people", { key: "i64" }));
  equal([db.dropCollection("people"), db.partitions()], [true, []]);
});

test("a snapshot shows its own data, whatever the name is used for now", (api) => {
  const db = api.Database.memory();
  db.collection("people", PLAIN).put(["a", 1], {});
  const state = db.snapshot();
  const before = state.collection("people", PLAIN);
  db.dropCollection("people");
  db.partition("people").put(bytes("k"), bytes("v"));
  equal([before.count(), state.collection("people", PLAIN).count()], [1, 1]);
  equal(state.collection("never", PLAIN).count(), 0);
  db.partition("never").put(bytes("k"), bytes("v"));
  equal(db.partition("never").count(), 1);
});

test("a collection that fails to open in a transaction is not defined by it", async (api) => {
  const from = api.Database.memory();
  from.partition("x").put(bytes("k"), bytes("v"));
  const db = api.Database.memory();
  await db.import(from.export());
  db.transaction((tx) => throws(api, "DefinitionMismatch", () => tx.collection("x", { key: "bytes", index: { a: "string" } })));
  equal(db.digest(), from.digest());
  equal(db.partition("x").count(), 1);
  // Values that no table wrote are in no index.
  const raw = api.Database.memory();
  await raw.import(UNLISTED);
  const before = raw.digest();
  const indexed = raw.collection("x", { key: "bytes", index: { a: "string" } });
  throws(api, "IndexNotBuilt", () => indexed.by("a").findAll("v"));
  throws(api, "DefinitionMismatch", () => indexed.put(bytes("l"), { a: "v" }));
  throws(api, "Decode", () => raw.defineCollection("x", { key: "bytes", index: { a: "string" } }));
  equal(raw.digest(), before);
});

test("a getter of a row can't define or drop collections", (api) => {
  const db = api.Database.memory();
  const people = db.collection("people", { key: "string" });
  const getter = (change) => ({ get n() { change(); return 1; } });
  throws(api, "InvalidArgument", () => people.put("a", getter(() => db.defineCollection("people", { key: "string", index: { n: "f64" } }))));
  throws(api, "InvalidArgument", () => people.put("a", getter(() => db.dropCollection("people"))));
  equal(people.count(), 0);
});

test("invalid definitions are refused", (api) => {
  const db = api.Database.memory();
  for (const definition of [
    {},
    { key: "text" },
    { key: [] },
    { key: ["string"] },
    { key: ["string", "toString"] },
    { key: "string", index: { "": "string" } },
    { key: "string", index: { city: "text" } },
    { key: "string", index: { city: {} } },
    { key: "string", index: { a: "string" }, unique: { a: "string" } },
    { key: "string", index: { a: { 1: "string", b: "string" } } },
    { key: "string", indexes: {} },
    null,
    "string",
  ]) {
    throws(api, "InvalidArgument", () => db.collection("notes", definition));
  }
  equal(db.partitions(), []);
});

test("collections, partitions and typed tables can't open each other", (api) => {
  const db = api.Database.memory();
  for (const name of ["system_users", "system_collections", "system_new", "user_app:notes", "shared_a:b", "stream_:x"]) {
    throws(api, "InvalidPartition", () => db.partition(name));
    throws(api, "InvalidPartition", () => db.collection(name, { key: "string" }));
  }
  throws(api, "InvalidPartition", () => db.partition(""));
  throws(api, "InvalidPartition", () => db.partition("x".repeat(1025)));
  throws(api, "InvalidArgument", () => db.partition(5));
  db.collection("notes", DEFINITION).put(["a", 1], { email: "a@x" });
  throws(api, "DefinitionMismatch", () => db.partition("notes"));
  db.partition("raw").put(bytes("k"), bytes("v"));
  throws(api, "DefinitionMismatch", () => db.collection("raw", { key: "bytes" }));
  // The partition of an index can't be named, but a name that only begins like one can.
  const index = db.partition("#email:notes");
  equal(index.count(), 0);
  index.put(bytes("x"), bytes("y"));
  equal(db.collection("notes", DEFINITION).find("email", "a@x")[0], ["a", 1n]);
  equal(db.collection("user_settings", { key: "string" }).count(), 0);
});

test("a batch of writes is one transaction", (api) => {
  const db = api.Database.memory();
  const notes = db.collection("notes", { key: "string" });
  notes.put("a", { n: 1 });
  notes.batch([{ type: "put", key: "b", value: { n: 2 } }, { type: "delete", key: "a" }, { type: "insert", key: "c", value: {} }]);
  equal([...notes.scan()].map(([key]) => key), ["b", "c"]);
  throws(api, "AlreadyExists", () => notes.batch([{ type: "delete", key: "b" }, { type: "insert", key: "c", value: {} }]));
  equal(notes.count(), 2);
  throws(api, "InvalidArgument", () => notes.batch([{ type: "put", key: "d", value: {} }, { type: "put", key: 5, value: {} }]));
  throws(api, "InvalidArgument", () => notes.putMany("x"));
  equal(notes.count(), 2);
});
