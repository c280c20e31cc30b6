import { bytes, equal, ok, rejects, test, throws } from "../harness.js";

/** Returns the messages of the calls, which must all be refused. */
const refused = (api, ...calls) => calls.map((call) => throws(api, "InvalidArgument", call).message);

const detached = () => {
  const bytes = new Uint8Array([1]);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
};

test("a batch refuses unknown writes", (api) => {
  const db = api.Database.memory();
  const notes = db.collection("notes", { key: "string" });
  notes.put("1", { n: 1 });
  const write = { key: "1", value: { n: 2 } };
  refused(api, () => notes.batch([{ ...write, type: "del" }]), () => notes.batch([write]), () => notes.batch([null]), () => db.partition("p").batch([5]));
  equal(notes.get("1"), { n: 1 });
});

test("a bound that is null is refused", (api) => {
  const db = api.Database.memory();
  const partition = db.partition("p");
  partition.put(bytes("k"), bytes("v"));
  db.users.put({ userId: "1", username: "a" });
  for (const bound of ["from", "to", "gt", "gte", "lt", "lte"]) {
    const said = refused(
      api,
      () => db.users.deleteRange({ [bound]: null }),
      () => db.users.page({ [bound]: null }),
      () => partition.clear({ [bound]: null }),
      () => partition.iterator({ [bound]: null }),
    );
    ok(said.every((message) => message.includes(`${bound} is null`)), said.join());
  }
  equal([db.users.count(), partition.count()], [1, 1]);
  refused(api, () => db.users.first(null), () => db.users.last(null), () => db.users.page(null), () => db.users.scan({ cursor: "x" }).toArray(), () => db.users.count({ reverse: 1 }));
});

test("texts of jobs and connections must be strings", (api) => {
  const db = api.Database.memory();
  db.namespaces.put({ name: "app" });
  for (const jobId of ["1", "2"]) db.jobs.put({ jobId, jobType: "flush", namespaceId: "app", nodeId: "n" });
  for (const value of [5, null, [], {}, new String("x"), new Error("x")]) {
    refused(api, () => db.jobs.complete("1", value), () => db.jobs.fail("2", value), () => db.liveQueries.removeConnection(value));
  }
  refused(api, () => db.jobs.fail("2"), () => db.liveQueries.removeConnection());
  equal([db.jobs.complete("1").result, db.jobs.fail("2", "why").errorMessage], [null, "why"]);
});

test("the fetched part of a scan can't be used when its state is gone", (api) => {
  const db = api.Database.memory();
  for (let i = 0; i < 3; i++) db.users.put({ userId: `${i}`, username: `${i}` });
  const iterate = (stores) => {
    const iterator = stores.users.scan()[Symbol.iterator]();
    iterator.next();
    return iterator;
  };
  const snapshot = db.snapshot();
  const ended = [db.transaction(iterate), iterate(snapshot)];
  snapshot.close();
  const closed = iterate(db);
  const through = iterate(db);
  through.return();
  db.close();
  for (const iterator of [...ended, closed]) {
    throws(api, "Closed", () => iterator.next());
    throws(api, "Closed", () => iterator.take(1));
  }
  equal(through.next(), { done: true, value: undefined });
});

test("a snapshot can't be watched or written, and the error says what to use", (api) => {
  const snapshot = api.Database.memory().snapshot();
  ok(throws(api, "UnwatchableQuery", () => snapshot.users.watch()).message.includes("the database"));
  for (const write of [() => snapshot.users.put({ userId: "1", username: "a" }), () => snapshot.users.update("1", () => {})]) {
    ok(throws(api, "ReadOnly", write).message.includes("write to the database"));
  }
});

test("unknown fields are refused by name", async (api) => {
  const db = api.Database.memory();
  const user = { userId: "1", username: "a" };
  db.users.put({ userId: "0", username: "b" });
  const [unknown, none] = refused(api, () => db.users.put({ ...user, rol: "dba" }), () => db.users.put({ ...user, role: null }));
  ok(unknown.includes('"rol"') && unknown.includes("role"), unknown);
  ok(none.includes("role"), none);
  const stream = db.streamTable("app", "events");
  const own = db.userTable("app", "notes", "ada");
  refused(
    api,
    () => db.users.update("0", (before) => ({ ...before, nam: "b" })),
    () => db.userTable("app", "notes", "ada", { id: "bytes" }),
    () => db.userTable("app", "notes", "ada", null),
    () => db.sharedTable("app", "notes", { acces: "public" }),
    () => stream.put("1", {}, { tll: 5 }),
    () => stream.put("1", {}, { ttl: -1 }),
    () => own.put("1", {}, { ttl: 5 }),
    () => own.softDelete("1", { at: 5 }),
    () => db.users.watch({}, { capasity: 5 }),
  );
  for (const index of [NaN, 5, Symbol("x"), "string", []]) {
    refused(api, () => db.collection("notes", { key: "string", index }), () => db.collection("notes", { key: "string", unique: index }));
  }
  await rejects(api, "InvalidArgument", db.import(db.export(), { replce: true }));
  await rejects(api, "InvalidArgument", db.import(db.export(), { replace: 1 }));
});

test("a console does not show the memory of the engine", (api) => {
  const db = api.Database.memory();
  const inspect = Symbol.for("nodejs.util.inspect.custom");
  for (const held of [db, db.users, db.users.watch(), db.as({ userId: "1", role: "user" }), db.partition("p")]) {
    ok(typeof held.context[inspect]() === "string");
  }
});

test("arguments of other types are refused with a code", async (api) => {
  const db = api.Database.memory();
  const notes = db.collection("notes", { key: "string" });
  const own = db.userTable("app", "notes", "ada");
  notes.put("k", {});
  const iterator = db.partition("p").iterator();
  refused(
    api,
    () => notes.putMany([5]),
    () => own.putMany([["k"]]),
    () => notes.update("k", 5),
    () => own.update("k"),
    () => db.users.update("k", {}),
    () => db.userTable(1n, 1n, 1n),
    () => db.userTable("app", "notes", undefined),
    () => db.userTables(Symbol("x"), "notes"),
    () => db.sharedTable("app", "notes", { owner: 1n }),
    // Some runs of these tests bring a database of their own.
    ...(typeof api.Database === "function" ? [() => new api.Database()] : []),
    () => db.users.page({ limit: 0 }),
    () => iterator.take(-1),
    () => iterator.take(NaN),
    () => iterator.take(),
  );
  equal(db.users.first({ limit: 0 }), undefined);
  for (const source of [{}, 5, null]) await rejects(api, "InvalidArgument", db.import(source));
});

test("detached bytes are not taken for empty ones", async (api) => {
  const db = api.Database.memory();
  const partition = db.partition("p");
  const said = refused(
    api,
    () => partition.put(detached(), bytes("v")),
    () => partition.put(bytes("k"), detached()),
    () => partition.count({ gte: detached() }),
    () => db.collection("notes", { key: "string" }).put("1", { a: detached() }),
  );
  ok(said.every((message) => message.includes("detached")), said.join());
  await rejects(api, "InvalidArgument", db.import(detached()));
  await rejects(api, "InvalidArgument", db.import(detached().buffer));
  partition.put(new Uint8Array(0), new Uint8Array(0));
  equal(partition.count(), 1);
});

test("errors name the place of a value in the terms of JavaScript", async (api) => {
  const db = api.Database.memory();
  const notes = db.collection("notes", { key: "string" });
  const said = refused(api, () => notes.put("1", { x: [[1]], a: { b: [1, { c: () => 1 }] } }), () => notes.put("1", { a: [2n ** 63n] }));
  ok(said[0].includes("a.b[1].c") && said[1].includes("a[0]"), said.join());
  notes.put("1", {});
  const error = await db.import(db.export()).catch((error) => error);
  ok(error.code === "NotEmpty" && error.message.includes("{ replace: true }"), error.message);
});

test("bytes whose buffer has shrunk are refused, and so are detached ones", async (api) => {
  const partition = api.Database.memory().partition("p");
  const buffer = new ArrayBuffer(8, { maxByteLength: 16 });
  const shrunk = new Uint8Array(buffer, 4, 4);
  // Some runtimes can't resize buffers yet.
  if (buffer.resizable) {
    buffer.resize(2);
    refused(api, () => partition.put(bytes("k"), shrunk));
  }
  equal(partition.count(), 0);
  await rejects(api, "InvalidArgument", api.Database.memory().import(detached()));
});

test("an import takes the bytes at the call, whatever they become", async (api) => {
  const db = api.Database.memory();
  db.users.put({ userId: "1", username: "a" });
  const exported = db.export();
  const copy = api.Database.memory();
  const importing = copy.import(exported);
  exported.fill(0);
  await importing;
  equal(copy.digest(), db.digest());
});

test("a value that is too long is refused before it is copied", (api) => {
  const partition = api.Database.memory().partition("p");
  // Its memory is never touched, so the system provides none.
  const long = new Uint8Array(2 ** 28 + 1);
  throws(api, "ValueTooLong", () => partition.put(bytes("k"), long));
  equal(partition.count(), 0);
});

test("partitions are listed by their names", (api) => {
  const db = api.Database.memory();
  for (const name of ["#x", "%", "plain"]) db.partition(name).put(bytes("k"), bytes("v"));
  equal(db.partitions().map(({ name }) => name), ["#x", "%", "plain"]);
});
