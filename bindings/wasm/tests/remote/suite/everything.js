// Every method of every store, through a connection and directly.
import { bytes, equal, test } from "../../harness.js";
import { close, remote } from "./setup.js";

const NOW = 1_767_225_600_000n;
const DEFINITION = { key: ["string", "i64"], unique: { title: "string" }, index: { stars: "f64" } };

/** Returns the result of `work`, or the error that it throws. */
async function outcome(work) {
  try {
    return await work();
  } catch (error) {
    const causes = [];
    for (let cause = error.cause; cause !== undefined; cause = cause.cause) causes.push([cause.name, cause.message]);
    return { name: error.name, code: error.code, message: error.message, causes };
  }
}

/** Returns the first value of a live query. */
async function current(live) {
  let end;
  const value = await new Promise((resolve) => {
    end = live.subscribe((value) => live.status === "ready" && resolve(value));
  });
  end?.();
  return value;
}

async function all(iterable) {
  const entities = [];
  for await (const entity of iterable) entities.push(entity);
  return entities;
}

/** Calls every method of every store in order. Returns the results, which are the same directly and through a connection. */
async function everything(db, ends) {
  const { Timestamp } = ends;
  const results = [];
  const note = async (work) => void results.push(await outcome(work));
  const store = async (on, keys, query = {}) => {
    for (const key of keys) {
      await note(() => on.get(key));
      await note(() => on.require(key));
      await note(() => on.has(key));
    }
    await note(() => on.getMany(keys));
    await note(() => on.count(query));
    await note(() => on.first(query));
    await note(() => on.last(query));
    await note(() => all(on.scan(query)));
    await note(() => on.scan({ ...query, reverse: true }).toArray());
    const page = await on.page({ ...query, limit: 2 });
    results.push(page);
    if (page.cursor !== undefined) await note(() => on.page({ ...query, limit: 2, cursor: page.cursor }));
    await note(() => on.page({ cursor: "oops" }));
    await note(() => on.pageReadable({ ...query, limit: 2 }));
    const watch = on.watch(query);
    await note(() => watch.next());
    await watch.return();
    await note(() => watch.next());
    await note(async () => on.watch({ limit: 1 }).next());
    await note(() => current(on.liveGet(keys[0])));
    await note(() => current(on.liveCount(query)));
    await note(() => current(on.scan(query).live()));
    await note(() => on.delete(keys[0]));
    await note(() => on.deleteMany(keys.slice(0, 2)));
    await note(() => on.deleteRange({ from: keys[2] }));
    await note(() => on.discard(new Uint8Array([0])));
    await note(() => on.discard("no bytes"));
  };
  const system = async (on, entities, key, change) => {
    await note(() => on.putMany(entities));
    await note(() => on.put(entities[0]));
    await note(() => on.insert(entities[0]));
    await note(() => on.update(key(entities[1]), change));
    await note(() => on.update("nobody", change));
    await note(() => on.update(key(entities[1]), () => 5));
    await store(on, entities.map(key));
  };
  const index = async (on, value, query) => {
    await note(() => on.findAll(value));
    await note(() => all(on.scan(query)));
    await note(() => on.page({ ...query, limit: 1 }));
    await note(() => on.count(query));
    await note(() => on.first(query));
    await note(() => on.last(query));
    await note(() => on.last({ limit: 1 }));
    await note(() => on.pageReadable({ ...query, limit: 1 }));
    await note(() => all(on.missing({ limit: 2 })));
    await note(() => on.missing({ reverse: true }).toArray());
    const watch = on.watch(query);
    await note(() => watch.next());
    await watch.return();
    await note(() => current(on.liveCount(query)));
    await note(() => current(on.missing({ limit: 2 }).live()));
    await note(() => on.deleteRange({ limit: 0 }));
    await note(() => on.deleteRange({ wrong: 0 }));
  };
  const times = { createdAt: NOW, updatedAt: NOW };

  const users = [1, 2, 3].map((n) => ({ userId: `u${n}`, username: `User ${n}`, storageId: "s1", role: n === 1 ? "dba" : "user", ...times }));
  await db.users.putMany(users);
  await index(db.users.byRole, "user", {});
  await index(db.users.byStorage, "s1", { prefix: "s" });
  await note(() => db.users.findByUsername("USER 2"));
  await note(() => db.users.findByUsername(5));
  await note(() => db.users.insert({ ...users[0], userId: "u9" }));
  await system(db.users, users, (user) => user.userId, (user) => ({ ...user, email: "a@b.c" }));

  const jobs = [1, 2, 3].map((n) => ({ jobId: `j${n}`, jobType: "flush", namespaceId: "app", createdAt: NOW + BigInt(n) }));
  await db.jobs.putMany(jobs);
  await note(() => db.jobs.complete("j1", "12 rows", 9_000));
  await note(() => db.jobs.fail("j2", "no disk", 9_500n));
  await note(() => db.jobs.cancel("j3", 9_600));
  await note(() => db.jobs.cancel("j3"));
  await note(() => db.jobs.latest("app", { limit: 2 }));
  await index(db.jobs.byStatus, "failed", {});
  await index(db.jobs.byNamespace, ["app", NOW + 1n], { prefix: ["app"] });
  await index(db.jobs.byCompletedAt, 9_500, { lt: 9_600 });
  await note(() => db.jobs.deleteFinishedBefore(9_001));
  await system(db.jobs, jobs, (job) => job.jobId, (job) => void (job.nodeId = "n"));

  const namespaces = ["a", "b", "c"].map((name) => ({ name, createdAt: NOW }));
  await system(db.namespaces, namespaces, ({ name }) => name, (namespace) => void (namespace.options = "{}"));
  const storages = ["x", "y", "z"].map((storageId) => ({ storageId, storageName: storageId, storageType: "s3", baseDirectory: "/", ...times }));
  await system(db.storages, storages, ({ storageId }) => storageId, (storage) => void (storage.description = "d"));
  const queries = [1, 2, 3].map((n) => ({ liveQueryId: `q${n}`, connectionId: "c", namespaceId: "app", tableName: "t", queryId: "q", userId: "u", query: "q", createdAt: NOW, lastUpdate: NOW }));
  await db.liveQueries.putMany(queries);
  await index(db.liveQueries.byUser, "u", {});
  await index(db.liveQueries.byConnection, "c", {});
  await index(db.liveQueries.byTable, ["app", "t"], { prefix: ["app"] });
  await note(() => db.liveQueries.removeConnection("c"));
  await system(db.liveQueries, queries, (query) => query.liveQueryId, (query) => void (query.changes = 5n));

  await db.namespaces.put({ name: "app", createdAt: NOW });
  const tables = ["t1", "t2", "t3"].map((name) => ({ tableId: ["app", name], tableType: "shared", accessLevel: "public", storageId: "s", createdAt: NOW }));
  await db.tables.putMany(tables);
  await index(db.tables.byStorage, "s", {});
  await note(() => db.tables.dropTable(["app", "t3"]));
  await note(() => db.tables.dropTable("t3"));
  await system(db.tables, tables, ({ tableId }) => tableId, (table) => void (table.schemaVersion = 7));
  await db.tables.putMany(tables);

  const late = new Timestamp(9n * 10n ** 15n);
  const row = { text: "milk", count: 5n, half: 0.5, none: null, yes: true, at: new Date(5), late, bytes: new Uint8Array([1, 2, 3]), list: [late, "a", [late]], map: { late, __proto__: null, ["__proto__"]: "x" }, skipped: undefined };
  const rows = async (on, ids, options = {}) => {
    const at = { now: NOW, ...options };
    await note(() => on.put(ids[0], row, at));
    await note(() => on.insert(ids[0], row, at));
    await note(() => on.insert(ids[1], { n: 1 }, at));
    await note(() => on.putMany(ids.slice(1).map((id) => [id, { id }]), at));
    await note(() => on.update(ids[0], (columns) => void (columns.text = "bread"), { now: NOW + 1n }));
    await note(() => on.update(ids[1], () => ({ other: late }), at));
    await note(() => on.update(ids[1], () => ({ wrong: new Date(NaN) }), at));
    await note(() => on.softDelete(ids[1], { now: NOW + 2n }));
    await note(() => on.get(ids[1]));
    await note(() => on.includingDeleted.get(ids[1]));
    await note(() => on.restore(ids[1], { now: NOW + 3n }));
    await note(() => on.softDelete(ids[2], { now: NOW + 4n }));
    await store(on.includingDeleted, [ids[1]]);
    await note(() => on.purgeDeletedBefore(NOW + 9n, 5));
    await on.putMany(ids.map((id) => [id, row]), at);
    await store(on, ids);
  };
  const binary = ["1", "2", "3"].map(bytes);
  await rows(db.userTable("app", "notes", "bob"), ["1", "2", "3"]);
  await rows(db.userTable("app", "notes", "eve", { ids: "bytes" }), binary);
  await rows(db.userTables("app", "notes"), [["bob", "1"], ["bob", "2"], ["eve", "3"]]);
  await rows(db.sharedTable("app", "t1", { access: "public" }), ["1", "2", "3"]);
  const far = 10n ** 13n;
  const stream = db.streamTable("app", "events", { access: "public", owner: "bob" });
  await rows(stream, ["1", "2", "3"], { ttl: far });
  await stream.put("old", row, { now: 5, ttl: 5 });
  await note(() => stream.get("old"));
  await note(() => stream.evictExpired(NOW, 5));
  await note(async () => (await db.userTable("app").get("1")) === undefined);

  const notes = db.collection("notes", DEFINITION);
  const keys = [["ada", 1n], ["ada", 2n], ["bob", 1n]];
  await note(() => notes.put(["ada", 1], { title: "milk", stars: 3, late }));
  await note(() => notes.insert(keys[0], { title: "x" }));
  await note(() => notes.insert(keys[1], { title: "milk" }));
  await note(() => notes.putMany([[keys[1], { title: "bread", stars: 5 }], [keys[2], { title: "wine", stars: 4 }]]));
  await note(() => notes.batch([{ type: "delete", key: keys[2] }, { type: "insert", key: keys[2], value: { title: "wine", stars: 4 } }]));
  await note(() => notes.update(keys[0], (note) => void (note.stars = 9)));
  await note(() => notes.find("title", "wine"));
  await note(async () => notes.find("mayor", "x"));
  await index(notes.by("stars"), 4, { gt: 3 });
  await note(async () => notes.by("mayor").findAll("x"));
  const select = notes.select().by("stars", { gte: 4 });
  await note(() => all(select));
  await note(() => select.all());
  await note(() => select.explain());
  await note(() => db.collection("notes", DEFINITION).indexList());
  await note(() => select.count());
  await note(() => select.first());
  await note(() => select.filter(({ title }) => title !== "wine").orderBy("title").reverse().limit(1).map(({ title }, [who]) => [who, title]).all());
  await note(() => select.filter(({ title }) => title !== "wine").count());
  await note(() => select.orderWith(({ title }) => title).limit(2).all());
  await note(() => notes.select().orderBy("stars").filter(() => true).limit(2).all());
  await note(() => notes.select().keys({ gt: ["ada"] }).missing("stars").limit(0).first());
  await note(async () => notes.select().by("mayor").all());
  await note(async () => notes.select().filter(5));
  await note(async () => notes.select().filter(() => { throw new ends.KeyloftError("Io", "own"); }).all());
  await note(() => db.transaction((tx) => tx.collection("notes", DEFINITION).select().orderBy("stars").map((_, key) => key).all()));
  const list = notes.watch({ index: "stars", reverse: true, limit: 2 });
  // The numbers of the commits depend on how many transactions wrote nothing.
  const event = async () => ({ ...(await list.next()).value, commit: undefined });
  await note(event);
  await note(() => notes.update(keys[2], (note) => void (note.stars = 10)));
  await note(event);
  await note(() => notes.update(keys[0], (note) => void (note.title = "oats")));
  await note(event);
  await list.return();
  await note(async () => notes.watch({ index: "mayor" }).next());
  await store(notes, keys, {});
  await note(async () => db.collection("notes", { key: "string" }).count());
  await note(() => db.defineCollection("notes", { key: "string" }));
  await note(() => db.defineCollection("notes", { ...DEFINITION, index: {} }));
  await note(() => notes.count());
  await note(() => db.collection("notes", { ...DEFINITION, index: {} }).count());
  await note(() => db.defineCollection("notes", DEFINITION));
  await note(() => db.defineCollection("notes", DEFINITION));

  const moved = { key: "u32", version: 2 };
  await db.collection("moved", { key: "u32" }).putMany([[1, { n: 1 }], [2, { n: 2 }]]);
  const progress = [];
  const migrate = (row, from) => ({ n: BigInt(row.n), from: BigInt(from) });
  await note(() => db.defineCollection("moved", moved));
  await note(() => db.defineCollection("moved", moved, { migrate, progress: (rows) => progress.push(rows) }));
  results.push(progress);
  await note(() => db.collection("moved", { key: "u32" }).count());
  await db.collection("keyed", { key: "u32" }).putMany([[1, { n: 1 }], [2, { n: 2 }]]);
  const keyed = { key: ["string", "u32"] };
  await note(() => db.defineCollection("keyed", keyed, { rekey: () => { throw new TypeError("own"); } }));
  await note(() => db.defineCollection("keyed", keyed, { rekey: () => ["a", 1] }));
  await note(() => db.defineCollection("keyed", keyed, { rekey: (id, { n }) => [`${n}`, id] }));
  await note(() => db.defineCollection("keyed", keyed, { abandonRekey: true }));
  await note(() => db.collection("keyed", keyed).scan().toArray());
  await note(() => db.table("keyed").select().keys({ gte: ["2"] }).all());
  const table = db.table("moved");
  await table.put(3, { n: 3n });
  await note(() => table.scan().toArray());
  await note(() => db.transaction((tx) => tx.table("moved").update(1, (row) => ({ ...row, n: 7n }))));
  await note(async () => db.table("nothing").count());
  await note(() => notes.by("stars").findAll(9));
  await note(() => db.dropCollection("other"));

  const raw = db.partition("raw");
  await note(() => raw.put(bytes("a"), bytes("1")));
  await note(() => raw.batch(["b", "c", "d"].map((key) => ({ type: "put", key: bytes(key), value: bytes(key) }))));
  await note(() => raw.hasMany([bytes("b"), bytes("zz")]));
  await note(() => raw.batch([{ type: "put", key: "x", value: bytes("x") }]));
  const iterator = raw.iterator({ limit: 3 });
  await note(() => iterator.next());
  await note(() => iterator.seek(bytes("c")));
  await note(() => iterator.take(5));
  await note(() => iterator.next());
  await iterator.return();
  await note(() => iterator.next());
  await note(() => iterator.take(1));
  await note(async () => iterator.seek(bytes("a")));
  await note(() => raw.clear({ from: bytes("d") }));
  await store(raw, ["a", "b", "c"].map(bytes));
  await note(async () => db.partition("system_users").count());
  await note(async () => db.partition(5).count());

  const view = db.as({ userId: "bob", role: "user" });
  for (const name of ["users", "tables", "jobs", "namespaces", "storages", "liveQueries"]) await note(async () => view[name].count());
  await note(() => view.userTable("app", "notes").put("9", { n: 9 }, { now: NOW }));
  await note(() => view.sharedTable("app", "t1").count());
  await note(async () => view.streamTable("app", "t9").count());
  await note(() => view.transaction((tx) => tx.userTable("app", "notes").count()));
  await note(async () => db.as({ userId: "bob", role: "king" }).users.count());

  const snapshot = await db.snapshot();
  await db.users.put({ userId: "u7", username: "u7", ...times });
  await note(() => snapshot.users.get("u7"));
  await note(() => snapshot.users.scan().toArray());
  await note(() => snapshot.collection("notes", DEFINITION).count());
  await note(() => snapshot.users.put({ userId: "u8", username: "u8" }));
  await note(() => snapshot.users.update("u1", () => undefined));
  await snapshot.close();
  await note(async () => snapshot.users.get("u7"));

  await note(() => db.transaction((tx) => tx.as({ userId: "bob", role: "user" }).userTable("app", "notes").count()));
  await note(async () => (await db.partitions()).filter(({ entries }) => entries > 0));
  const exported = await db.export();
  results.push(exported.length);
  await note(() => db.digest());
  await note(() => db.import(exported));
  await note(() => db.import(new Blob([exported]), { replace: true }));
  await note(() => db.import("no bytes"));
  await note(() => db.digest());
  for (const method of ["file", "stats", "compact"]) await note(() => db[method]());
  return results;
}

test("every method does the same through a connection as directly", async (ends) => {
  const real = Date.now;
  // The default of a missing time is now, which must be the same in both runs.
  Date.now = () => 1_800_000_000_000;
  const setup = remote(ends);
  try {
    const here = new ends.DirectDatabase(ends.memoryDriver());
    const expected = await everything(here, ends);
    const used = new Set();
    const answers = await everything(recording(setup.there, used), ends);
    expected.forEach((result, i) => equal(answers[i], result, `result ${i} of ${expected.length}`));
    // `defineCollection` asks for it.
    used.add("defineStep");
    // A selection asks for them.
    for (const name of ["selected", "countSelected", "explainSelected"]) used.add(name);
    const missed = [];
    for (const type of ["DATABASE", "ITERATOR", "TRANSACTION"]) {
      const visit = (members, path) => {
        for (const [name, kind] of Object.entries(members)) {
          if (!used.has(name)) missed.push(`${path}.${name}`);
          if (typeof kind !== "object" || path.split(".").length > 3 || name === "includingDeleted") continue;
          visit((kind.getter ?? kind.store ?? kind.transaction)(), `${path}.${name}`);
        }
      };
      visit(ends.api[type], type);
    }
    equal(missed, []);
    equal(await setup.there.digest(), here.digest());
  } finally {
    Date.now = real;
    await close(setup);
  }
});

/** Returns the same object, and keeps the names of the members that are used. */
function recording(on, used) {
  return new Proxy(on, {
    get(target, name) {
      used.add(name);
      const value = Reflect.get(target, name, target);
      if (typeof value === "function") {
        return (...args) => {
          const result = value.apply(target, args);
          return result instanceof Promise ? result : wrap(result);
        };
      }
      return wrap(value);
    },
  });
  function wrap(value) {
    return typeof value === "object" && value !== null && !(Symbol.asyncIterator in value && !("seek" in value)) ? recording(value, used) : value;
  }
}
