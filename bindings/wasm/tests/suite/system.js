import { equal, ok, test, throws } from "../harness.js";

const NOW = 1_767_225_600_000n;

test("a user is read as it was put, with the defaults of the other fields", ({ Database }) => {
  const db = Database.memory();
  const before = BigInt(Date.now());
  db.users.put({ userId: "1", username: "alice" });
  const user = db.users.get("1");
  ok(user.createdAt >= before && user.updatedAt === user.createdAt);
  equal(user, {
    userId: "1",
    username: "alice",
    passwordHash: "",
    role: "user",
    email: null,
    authType: "internal",
    authData: null,
    storageMode: "table",
    storageId: null,
    createdAt: user.createdAt,
    updatedAt: user.createdAt,
    lastSeen: null,
    deletedAt: null,
  });
  equal(db.users.get("2"), undefined);
});

test("every entity of the system is read as it was put", ({ Database }) => {
  const db = Database.memory();
  const user = { userId: "did:example:7", username: "Ålice", passwordHash: "$argon2id$v=19", role: "dba", email: "a@b.c", authType: "oauth", authData: "{}", storageMode: "region", storageId: "fra", createdAt: NOW, updatedAt: NOW + 1n, lastSeen: NOW + 2n, deletedAt: NOW + 3n };
  db.users.put(user);
  equal(db.users.get("did:example:7"), user);
  const table = { tableId: ["app:x", "notes:1%"], tableType: "shared", createdAt: -1n, storageLocation: "s3://b", storageId: "fra", useUserStorage: true, flushPolicy: "{\"rows\":1}", schemaVersion: 300, deletedRetentionHours: 4294967295, accessLevel: "private", owner: "alice" };
  db.tables.put(table);
  equal(db.tables.get(["app:x", "notes:1%"]), table);
  equal(db.tables.scan().toArray(), [table]);
  const job = { jobId: "j", jobType: "restore", namespaceId: "app", tableName: "notes", status: "cancelled", parameters: "{}", result: "12 rows", trace: "t", memoryUsed: 2n ** 64n - 1n, cpuUsed: 1500n, createdAt: NOW, startedAt: NOW + 1n, completedAt: NOW + 2n, nodeId: "node-1", errorMessage: "disk full" };
  db.jobs.put(job);
  equal(db.jobs.get("j"), job);
  equal([...db.jobs.scan()], [job]);
  const namespace = { name: "app", createdAt: -(2n ** 63n), options: "{}", tableCount: 0n };
  db.namespaces.put(namespace);
  equal(db.namespaces.get("app"), namespace);
  const storage = { storageId: "fra", storageName: "Frankfurt", description: "close by", storageType: "s3", baseDirectory: "s3://bucket", credentials: "hunter2", sharedTablesTemplate: "{namespace}/{table}", userTablesTemplate: "{user}", createdAt: NOW, updatedAt: NOW + 1n };
  db.storages.put(storage);
  equal(db.storages.get("fra"), storage);
  const query = { liveQueryId: "q", connectionId: "tab-1", namespaceId: "app", tableName: "notes", queryId: "q-1", userId: "alice", query: "SELECT 1", options: "{}", createdAt: NOW, lastUpdate: NOW + 1n, changes: 1n << 40n, node: "node-1" };
  db.liveQueries.put(query);
  equal(db.liveQueries.get("q"), query);
});

test("usernames are unique without regard to case among the users that are not deleted", (api) => {
  const db = api.Database.memory();
  db.users.insert({ userId: "1", username: "Alice" });
  equal(db.users.findByUsername("ALICE").userId, "1");
  equal(db.users.findByUsername("bob"), undefined);
  const taken = throws(api, "UniqueViolation", () => db.users.insert({ userId: "2", username: "aLICE" }));
  ok(taken.message.includes("alice") && taken.message.includes("username"));
  equal(db.users.has("2"), false);
  db.users.update("1", (user) => {
    user.deletedAt = NOW;
  });
  db.users.insert({ userId: "2", username: "aLICE" });
  equal(db.users.findByUsername("alice").userId, "2");
  throws(api, "UniqueViolation", () => db.users.update("1", (user) => ({ ...user, deletedAt: null })));
  // A change must keep the key.
  const { message } = throws(api, "InvalidArgument", () => db.users.update("1", (user) => ({ ...user, userId: "9", username: "nine" })));
  ok(message.includes('"9"') && message.includes('"1"'), message);
  equal(db.users.has("9"), false);
});

test("insert refuses a key that exists, and require one that does not", (api) => {
  const db = api.Database.memory();
  db.storages.insert({ storageId: "a", storageName: "A", storageType: "filesystem", baseDirectory: "/" });
  throws(api, "AlreadyExists", () => db.storages.insert({ storageId: "a", storageName: "B", storageType: "s3", baseDirectory: "/" }));
  equal(db.storages.require("a").storageName, "A");
  const missing = throws(api, "NotFound", () => db.storages.require("b"));
  ok(missing.message.includes("`b`") && missing.message.includes("system_storages"));
  throws(api, "NotFound", () => db.storages.update("b", () => undefined));
});

test("the rules of the system hold, as in Rust", (api) => {
  const db = api.Database.memory();
  throws(api, "Invalid", () => db.namespaces.put({ name: "System" }));
  throws(api, "Invalid", () => db.namespaces.put({ name: "system" }));
  db.namespaces.put({ name: "app", tableCount: 99 });
  equal(db.namespaces.get("app").tableCount, 0n);
  db.tables.put({ tableId: ["app", "notes"], tableType: "user", storageId: "fra" });
  equal(db.namespaces.get("app").tableCount, 1n);
  throws(api, "InUse", () => db.namespaces.delete("app"));
  db.storages.put({ storageId: "fra", storageName: "F", storageType: "s3", baseDirectory: "/" });
  throws(api, "InUse", () => db.storages.delete("fra"));
  throws(api, "Invalid", () => db.tables.put({ tableId: ["app", "x"], tableType: "user", accessLevel: "public" }));
  throws(api, "Invalid", () => db.tables.put({ tableId: ["app", "x"], tableType: "shared", accessLevel: "private" }));
  db.userTable("app", "notes", "bob").put("1", { text: "milk" });
  equal(db.tables.dropTable(["app", "notes"]), true);
  equal(db.userTable("app", "notes", "bob").count(), 0);
  equal(db.tables.dropTable(["app", "notes"]), false);
  equal(db.namespaces.delete("app"), true);
});

test("a job ends once, and is found by its state", (api) => {
  const db = api.Database.memory();
  for (let i = 1; i <= 5; i++) db.jobs.insert({ jobId: `job-${i}`, jobType: "flush", namespaceId: "app", createdAt: i * 1000 });
  equal(db.jobs.complete("job-1", "12 rows", 9_000).result, "12 rows");
  equal(db.jobs.fail("job-2", "no disk", 9_500n).errorMessage, "no disk");
  equal(db.jobs.cancel("job-3").status, "cancelled");
  throws(api, "InvalidTransition", () => db.jobs.cancel("job-1"));
  throws(api, "InvalidTransition", () => db.jobs.complete("job-1"));
  throws(api, "NotFound", () => db.jobs.complete("job-9"));
  equal(db.jobs.byStatus.findAll("running").map((job) => job.jobId), ["job-4", "job-5"]);
  equal(db.jobs.byNamespace.scan({ prefix: ["app"], reverse: true, limit: 2 }).toArray().map((job) => job.jobId), ["job-5", "job-4"]);
  const first = db.jobs.latest("app", { limit: 2 });
  const second = db.jobs.latest("app", { limit: 2, cursor: first.cursor });
  equal([...first.entries, ...second.entries].map((job) => job.jobId), ["job-5", "job-4", "job-3", "job-2"]);
  equal(db.jobs.byCompletedAt.count({ lt: 9_500 }), 1);
  equal(db.jobs.deleteFinishedBefore(9_501), 2);
  equal(db.jobs.count(), 3);
});

test("live queries end with their connection", ({ Database }) => {
  const db = Database.memory();
  for (const [id, connection] of [["1", "a"], ["2", "a"], ["3", "b"]]) {
    db.liveQueries.put({ liveQueryId: id, connectionId: connection, namespaceId: "app", tableName: "notes", queryId: id, userId: "u", query: "q" });
  }
  equal(db.liveQueries.byTable.count({ prefix: ["app"] }), 3);
  equal(db.liveQueries.byTable.findAll(["app", "notes"]).length, 3);
  equal(db.liveQueries.byConnection.findAll("a").map((query) => query.liveQueryId), ["1", "2"]);
  equal(db.liveQueries.removeConnection("a"), 2);
  equal(db.liveQueries.byUser.findAll("u").length, 1);
});

test("scans have prefixes, bounds, directions and limits; pages go both ways", ({ Database }) => {
  const db = Database.memory();
  const ids = [];
  for (let i = 0; i < 120; i++) ids.push(`u${String(i).padStart(3, "0")}`);
  db.users.putMany(ids.map((userId) => ({ userId, username: userId })));
  const scan = (query) => [...db.users.scan(query)].map((user) => user.userId);
  equal(scan(), ids);
  equal(scan({ reverse: true }), [...ids].reverse());
  equal(scan({ prefix: "u01" }), ids.slice(10, 20));
  equal(scan({ from: "u010", to: "u020" }), ids.slice(10, 20));
  equal(scan({ gt: "u010", lte: "u020" }), ids.slice(11, 21));
  equal(scan({ prefix: "u01", reverse: true, limit: 3 }), ["u019", "u018", "u017"]);
  equal(scan({ from: "u020", to: "u010" }), []);
  equal(scan({ limit: 0 }), []);
  equal(db.users.count({ prefix: "u01" }), 10);
  equal(db.users.first().userId, "u000");
  equal(db.users.last({ prefix: "u01" }).userId, "u019");
  equal(db.users.first({ prefix: "x" }), undefined);
  equal(db.users.getMany(["u005", "x", "u001"]).map((user) => user?.userId), ["u005", undefined, "u001"]);
  for (const reverse of [false, true]) {
    const seen = [];
    let cursor;
    do {
      const page = db.users.page({ limit: 7, cursor, reverse, prefix: "u" });
      seen.push(...page.entries.map((user) => user.userId));
      cursor = page.cursor;
    } while (cursor !== undefined);
    equal(seen, reverse ? [...ids].reverse() : ids);
  }
  equal(db.users.deleteRange({ prefix: "u00" }), 10);
  equal(db.users.deleteMany(["u010", "u011", "x"]), 2);
  equal(db.users.count(), 108);
});

test("a scan shows the state at its beginning, also with for await", async ({ Database }) => {
  const db = Database.memory();
  for (let i = 0; i < 100; i++) db.users.put({ userId: `u${i}`, username: `n${i}` });
  let seen = 0;
  for (const user of db.users.scan()) {
    seen++;
    db.users.delete(user.userId);
    db.users.put({ userId: `x${seen}`, username: `x${seen}` });
  }
  equal(seen, 100);
  let later = 0;
  for await (const user of db.users.scan({ prefix: "x" })) {
    await undefined;
    ok(user.userId.startsWith("x"));
    later++;
  }
  equal(later, 100);
});
