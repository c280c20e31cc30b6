import { bytes, equal, ok, rejects, test, throws } from "../harness.js";

function sample(api) {
  const db = api.Database.memory();
  db.users.put({ userId: "1", username: "alice", createdAt: 5n });
  db.collection("notes", { key: ["string", "i64"], index: { n: "f64" } }).put(["a", 1], { n: 1 });
  db.userTable("app", "notes", "bob").put("1", { text: "milk" }, { now: 7 });
  db.partition("raw").put(bytes("k"), bytes("v"));
  return db;
}

test("an import of an export has the same digest", async (api) => {
  const db = sample(api);
  const stream = db.export();
  const sources = [
    stream,
    stream.slice().buffer,
    [stream.slice(0, 10), stream.slice(10)],
    (async function* () {
      yield stream.slice(0, 50);
      yield stream.slice(50);
    })(),
    ...(typeof Blob === "undefined" ? [] : [new Blob([stream])]),
    ...(typeof ReadableStream === "undefined"
      ? []
      : [new ReadableStream({ start: (controller) => (controller.enqueue(stream), controller.close()) })]),
  ];
  for (const source of sources) {
    const copy = api.Database.memory();
    const summary = await copy.import(source);
    equal(summary.digest, db.digest());
    equal(copy.digest(), db.digest());
    ok(summary.entries > 4 && summary.bytes > 0 && summary.partitions > 4);
    equal(copy.users.get("1"), db.users.get("1"));
    equal(copy.collection("notes", { key: ["string", "i64"], index: { n: "f64" } }).by("n").findAll(1).length, 1);
    throws(api, "DefinitionMismatch", () => copy.collection("notes", { key: "string" }));
    throws(api, "DefinitionMismatch", () => copy.partition("notes"));
  }
  equal(api.Database.memory().digest(), "99aa06d3014798d86001c324468d497f");
});

test("an import into a database with data needs `replace`", async (api) => {
  const db = sample(api);
  const stream = db.export();
  const { users } = db;
  await rejects(api, "NotEmpty", db.import(stream));
  db.users.put({ userId: "2", username: "bob" });
  const notes = db.collection("notes", { key: ["string", "i64"], index: { n: "f64" } });
  await db.import(stream, { replace: true });
  equal(users.count(), 1);
  equal(notes.get(["a", 1]), { n: 1 });
  // Handles use the new data, or say that it is of another kind.
  const other = api.Database.memory();
  other.collection("notes", { key: "string" }).put("x", {});
  await db.import(other.export(), { replace: true });
  throws(api, "DefinitionMismatch", () => notes.get(["a", 1]));
  equal(users.count(), 0);
});

test("a damaged, truncated or foreign stream is refused, and nothing changes", async (api) => {
  const stream = sample(api).export();
  const db = api.Database.memory();
  db.users.put({ userId: "x", username: "x" });
  const before = db.digest();
  const flip = (at) => {
    const copy = stream.slice();
    copy[at] ^= 1;
    return copy;
  };
  for (const source of [new Uint8Array(0), bytes("hello"), stream.slice(0, -1), flip(0), flip(20), flip(stream.length >> 1), new Uint8Array([...stream, 0])]) {
    await rejects(api, "InvalidStream", db.import(source, { replace: true }));
    equal(db.digest(), before);
  }
  for (const source of [5, "x", null, undefined, {}, [1, 2], ["x"]]) {
    await rejects(api, "InvalidArgument", db.import(source, { replace: true }));
  }
  equal(db.digest(), before);
  // The source is told that nobody reads on. Its errors then are its own.
  let cancelled = 0;
  const odd = (cancel) => ({ getReader: () => ({ read: async () => ({ done: false, value: "x" }), ...cancel }) });
  for (const cancel of [{}, { cancel: () => void cancelled++ }, { cancel: () => (cancelled++, new Promise(() => undefined)) }, { cancel() { cancelled++; throw new Error("no"); } }]) {
    await rejects(api, "InvalidArgument", db.import(odd(cancel), { replace: true }));
  }
  equal(cancelled, 3);
});
