import { equal, ok, test, throws } from "../harness.js";

test("rows hold every kind of value, and read the same", ({ Database, Timestamp }) => {
  const notes = Database.memory().collection("notes", { key: "string" });
  const row = {
    nothing: null,
    yes: true,
    no: false,
    whole: 1,
    fraction: 0.1 + 0.2,
    minusZero: -0,
    nan: NaN,
    infinite: -Infinity,
    huge: Number.MAX_VALUE,
    tiny: 5e-324,
    zero: 0n,
    small: -1n,
    most: 2n ** 63n - 1n,
    least: -(2n ** 63n),
    safe: 2n ** 53n + 1n,
    empty: "",
    text: "milk",
    long: "x".repeat(5000),
    wide: "Ünï😀cödé ".repeat(40),
    nul: "a\0b",
    bom: "\ufeffx",
    bytes: new Uint8Array([0, 255, 128]),
    noBytes: new Uint8Array(0),
    date: new Date(1_767_225_600_000),
    early: new Date(-8.64e15),
    list: [1, 1n, "1", null, [], [new Uint8Array([1])]],
    map: { b: { c: { d: [{}] } }, a: 1n },
    "": "a name may be empty",
    ünï: 1,
  };
  notes.put("1", row);
  equal(notes.get("1"), Object.fromEntries(Object.keys(row).sort().map((name) => [name, row[name]])));
  const far = new Timestamp(8_640_000_000_000_001n);
  notes.put("2", { far, end: new Timestamp(-(2n ** 63n)), near: new Timestamp(5n) });
  const read = notes.get("2");
  ok(read.far instanceof Timestamp && read.end instanceof Timestamp);
  equal([read.far.ms, read.end.ms, read.near], [far.ms, -(2n ** 63n), new Date(5)]);
});

test("a column that is undefined is left out, and one that is null is not", ({ Database }) => {
  const notes = Database.memory().collection("notes", { key: "string" });
  notes.put("1", { a: undefined, b: null, c: { d: undefined } });
  equal(notes.get("1"), { b: null, c: {} });
});

test("columns are read in the order of their UTF-8, whatever order they were written in", ({ Database }) => {
  const db = Database.memory();
  const notes = db.collection("notes", { key: "string" });
  const names = ["b", "a", "\u{10000}", "\uffff", "Z", "é", ""];
  notes.put("1", Object.fromEntries(names.map((name) => [name, name])));
  equal(Object.keys(notes.get("1")), ["", "Z", "a", "b", "é", "\uffff", "\u{10000}"]);
});

test("rows with different columns are read as they were written, in any sequence", ({ Database }) => {
  const notes = Database.memory().collection("notes", { key: "i64" });
  const rows = [];
  for (let i = 0; i < 40; i++) {
    rows.push({ a: i }, { a: i, b: { a: 1, [`k${i}`]: i } }, { a: i, c: "c" }, { ab: i }, { [`n${i}`]: { b: i } }, {}, { ["x".repeat(60 + i)]: i });
  }
  notes.putMany(rows.map((row, i) => [i, row]));
  for (let times = 0; times < 2; times++) equal(notes.scan().toArray().map(([, row]) => row), rows);
  equal(rows.map((_, i) => notes.get(i)), rows);
});

test("more column names than the reader remembers are read", ({ Database }) => {
  const notes = Database.memory().collection("notes", { key: "i64" });
  const row = (i) => Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`column ${n} of ${i}`, i]));
  const rows = Array.from({ length: 1500 }, (_, i) => row(i));
  notes.putMany(rows.map((row, i) => [i, row]));
  equal(notes.scan().toArray().map(([, row]) => row), rows);
  equal(notes.get(0), row(0));
});

test("rows of many columns leave out those that are undefined", ({ Database }) => {
  const notes = Database.memory().collection("notes", { key: "i64" });
  for (const count of [2, 127, 128, 129, 300]) {
    const names = Array.from({ length: count }, (_, i) => `n${String(i).padStart(3, "0")}`);
    notes.put(count, Object.fromEntries(names.map((name, i) => [name, i % 2 === 0 ? i : undefined])));
    equal(notes.get(count), Object.fromEntries(names.flatMap((name, i) => (i % 2 === 0 ? [[name, i]] : []))));
  }
});

test("text of every length is read as it was written", ({ Database }) => {
  const notes = Database.memory().collection("notes", { key: "string" });
  for (const letter of ["x", "é", "漢", "😀"]) {
    for (const length of [1, 20, 21, 22, 41, 42, 43, 63, 64, 126, 127, 128, 129, 4095, 4096, 4097, 20_000]) {
      const row = { a: letter.repeat(length), b: `${"x".repeat(length)}${letter}`, c: "c" };
      notes.put("1", row);
      equal(notes.get("1"), row, `${length} of ${letter}`);
    }
  }
});

test("bytes are copied in and out", ({ Database }) => {
  const notes = Database.memory().collection("notes", { key: "bytes" });
  const key = new Uint8Array([1, 2]);
  const value = new Uint8Array([3, 4]);
  notes.put(key, { value });
  key[0] = 9;
  value[0] = 9;
  const read = notes.get(new Uint8Array([1, 2]));
  equal(read.value, new Uint8Array([3, 4]));
  read.value[0] = 7;
  equal(notes.get(new Uint8Array([1, 2])).value, new Uint8Array([3, 4]));
  ok(read.value.buffer.byteLength === 2, "it is no window on the engine's memory");
});

test("a column named __proto__ is a column, not a prototype", ({ Database }) => {
  const notes = Database.memory().collection("notes", { key: "string" });
  notes.put("1", JSON.parse('{"__proto__": {"polluted": true}, "constructor": "c"}'));
  const row = notes.get("1");
  equal(Object.getPrototypeOf(row), Object.prototype);
  equal(Object.keys(row), ["__proto__", "constructor"]);
  equal(row.polluted, undefined);
  equal({}.polluted, undefined);
  notes.update("1", () => undefined);
  equal(Object.keys(notes.get("1")), ["__proto__", "constructor"]);
});

test("the error of a value that can't be stored names its column", (api) => {
  const notes = api.Database.memory().collection("notes", { key: "string" });
  class Custom {}
  const deep = [];
  let inner = deep;
  for (let i = 0; i < 64; i++) inner.push((inner = []));
  const cycle = {};
  cycle.cycle = cycle;
  const values = {
    undefinedInList: [undefined],
    hole: [, 1],
    fn: () => 1,
    symbol: Symbol("x"),
    map: new Map(),
    set: new Set(),
    custom: new Custom(),
    float32: new Float32Array(1),
    view: new DataView(new ArrayBuffer(1)),
    buffer: new ArrayBuffer(1),
    invalidDate: new Date(NaN),
    tooLarge: 2n ** 63n,
    tooSmall: -(2n ** 63n) - 1n,
    halfPair: "\ud800",
    otherHalf: "ok \udc00 not",
    deep,
    cycle,
  };
  for (const [name, value] of Object.entries(values)) {
    const error = throws(api, "InvalidArgument", () => notes.put("1", { [name]: value }));
    ok(error.message.includes(name), `${name}: ${error.message}`);
  }
  throws(api, "InvalidArgument", () => notes.put("1", { "\ud800": 1 }));
  for (const row of [null, undefined, 1, "x", [], new Map(), new Date(), new Uint8Array(1)]) {
    throws(api, "InvalidArgument", () => notes.put("1", row));
  }
  let fits = [];
  const shallow = fits;
  for (let i = 0; i < 63; i++) fits.push((fits = []));
  notes.put("1", { shallow });
  equal(notes.get("1"), { shallow });
});

test("integers of 64 bits are bigints, and safe numbers are accepted", (api) => {
  const db = api.Database.memory();
  db.users.put({ userId: "1", username: "a", createdAt: 5, updatedAt: Number.MAX_SAFE_INTEGER, lastSeen: -7 });
  const user = db.users.get("1");
  equal([user.createdAt, user.updatedAt, user.lastSeen], [5n, 9007199254740991n, -7n]);
  for (const createdAt of [2 ** 53, 1.5, NaN, Infinity, "5", 2n ** 63n, {}, true]) {
    throws(api, "InvalidArgument", () => db.users.put({ userId: "1", username: "a", createdAt }));
  }
  throws(api, "InvalidArgument", () => db.namespaces.put({ name: "a", tableCount: -1 }));
  throws(api, "InvalidArgument", () => db.namespaces.put({ name: "a", tableCount: 2n ** 64n }));
});

test("fields of another type are refused by name", (api) => {
  const db = api.Database.memory();
  const user = { userId: "1", username: "a" };
  for (const [field, value] of Object.entries({ userId: 1, username: null, role: "root", email: 5, authType: "", passwordHash: {}, storageMode: 1 })) {
    const error = throws(api, "InvalidArgument", () => db.users.put({ ...user, [field]: value }));
    ok(field === "userId" || error.message.includes(field), error.message);
  }
  for (const entity of [undefined, null, 1, "1", []]) throws(api, "InvalidArgument", () => db.users.put(entity));
  throws(api, "InvalidArgument", () => db.tables.put({ tableId: "app:notes", tableType: "user" }));
  throws(api, "InvalidArgument", () => db.tables.put({ tableId: ["app"], tableType: "user" }));
  throws(api, "InvalidArgument", () => db.tables.put({ tableId: ["app", "x"], tableType: "user", schemaVersion: -1 }));
  throws(api, "InvalidArgument", () => db.tables.put({ tableId: ["app", "x"], tableType: "user", useUserStorage: "yes" }));
  equal(db.users.count(), 0);
  equal(db.tables.count(), 0);
});

test("a large value is stored, and the next call does not see it", ({ Database }) => {
  const db = Database.memory();
  const notes = db.collection("notes", { key: "string" });
  const large = "ä".repeat(3_000_000);
  const blob = new Uint8Array(5_000_000).fill(7);
  notes.put("1", { large, blob });
  db.users.put({ userId: "1", username: "a" });
  const row = notes.get("1");
  ok(row.large === large && row.blob.length === blob.length && row.blob.every((byte) => byte === 7));
  equal(db.users.get("1").username, "a");
});
