import { bytes, equal, ok, test, throws } from "../harness.js";

test("each user has rows of their own", ({ Database }) => {
  const db = Database.memory();
  const bob = db.userTable("app", "notes", "bob");
  const bobby = db.userTable("app", "notes", "bobby");
  const colon = db.userTable("app", "notes", "bob:1");
  bob.put("1", { text: "milk" }, { now: 1000 });
  bobby.put("1", { text: "bread" });
  colon.put("1", { text: "tea" });
  equal(bob.get("1"), { row: { text: "milk" }, updated: 1000n, deleted: false });
  equal([...bob.scan()].map(([id, { row }]) => [id, row.text]), [["1", "milk"]]);
  equal([bob.count(), bobby.count(), colon.count()], [1, 1, 1]);
  equal(bob.deleteRange(), 1);
  equal([bob.count(), bobby.count(), colon.count()], [0, 1, 1]);
  equal(db.userTables("app", "notes").scan().toArray().map(([key]) => key), [["bob:1", "1"], ["bobby", "1"]]);
  equal(db.userTables("app", "notes").count({ prefix: ["bobby"] }), 1);
});

test("a soft-deleted row is hidden until it is restored or purged", (api) => {
  const db = api.Database.memory();
  const notes = db.userTable("app", "notes", "bob");
  notes.putMany([["1", { n: 1 }], ["2", { n: 2 }]]);
  equal(notes.softDelete("1", { now: 2000 }), true);
  equal(notes.softDelete("1"), false);
  equal(notes.get("1"), undefined);
  equal(notes.count(), 1);
  equal(notes.includingDeleted.get("1"), { row: { n: 1 }, updated: 2000n, deleted: true });
  equal(notes.includingDeleted.scan().toArray().map(([id]) => id), ["1", "2"]);
  throws(api, "NotFound", () => notes.update("1", () => ({})));
  equal(notes.restore("1", { now: 3000 }), true);
  equal(notes.get("1").updated, 3000n);
  notes.softDelete("1", { now: 4000 });
  throws(api, "InvalidArgument", () => notes.purgeDeletedBefore(5000));
  const all = db.userTables("app", "notes");
  equal(all.purgeDeletedBefore(4000), 0);
  equal(all.purgeDeletedBefore(4001), 1);
  equal(notes.includingDeleted.has("1"), false);
});

test("a row is changed in place, or replaced", ({ Database }) => {
  const notes = Database.memory().sharedTable("app", "news");
  notes.put("1", { n: 1, keep: true }, { now: 1 });
  equal(notes.update("1", (row) => void row.n++, { now: 2 }), { row: { keep: true, n: 2 }, updated: 2n, deleted: false });
  equal(notes.update("1", (row) => ({ n: row.n * 10 })).row, { n: 20 });
});

test("a snapshot and a transaction see the rows of a stream at one time", ({ Database }) => {
  const real = Date.now;
  try {
    let now = 1_000;
    Date.now = () => now;
    const db = Database.memory();
    const cursors = db.streamTable("app", "cursors");
    cursors.put("1", { line: 1 }, { ttl: 1_000 });
    cursors.put("2", { line: 2 });
    const snapshot = db.snapshot();
    const before = snapshot.streamTable("app", "cursors");
    equal(before.count(), 2);
    now = 2_000;
    equal([before.count(), before.has("1"), before.get("1").row, before.scan().toArray().length], [2, true, { line: 1 }, 2]);
    equal([cursors.count(), cursors.has("1"), db.snapshot().streamTable("app", "cursors").count()], [1, false, 1]);
    now = 1_999;
    db.transaction((tx) => {
      const within = tx.streamTable("app", "cursors");
      equal(within.has("1"), true);
      now = 2_000;
      within.update("1", () => ({ line: 9 }));
      equal([within.count(), within.get("1").row], [2, { line: 9 }]);
    });
    equal(cursors.has("1"), false);
    equal(before.get("1").row, { line: 1 });
  } finally {
    Date.now = real;
  }
});

test("rows of a stream expire by the clock, and can be evicted", ({ Database }) => {
  const real = Date.now;
  try {
    let now = 1_000;
    Date.now = () => now;
    const db = Database.memory();
    const cursors = db.streamTable("app", "cursors");
    cursors.put("1", { line: 1 }, { ttl: 5_000 });
    cursors.put("2", { line: 2 });
    cursors.put("3", { line: 3 }, { ttl: 2n ** 63n - 1n });
    equal(cursors.get("1").expiresAt, 6_000n);
    equal(cursors.get("2").expiresAt, null);
    equal(cursors.get("3").expiresAt, null);
    now = 2_000;
    equal(cursors.update("1", () => ({ line: 9 })).expiresAt, 6_000n);
    now = 5_999;
    equal(cursors.count(), 3);
    now = 6_000;
    equal(cursors.get("1"), undefined);
    equal(cursors.scan().toArray().map(([id]) => id), ["2", "3"]);
    equal(cursors.includingDeleted.has("1"), false);
    equal(cursors.evictExpired(), 1);
    equal(db.partitions().find(({ name }) => name === "stream_app:cursors").entries, 2);
  } finally {
    Date.now = real;
  }
});

test("ids may be bytes, and can't be read as text then", (api) => {
  const db = api.Database.memory();
  const raw = db.userTable("app", "notes", "bob", { ids: "bytes" });
  raw.put(new Uint8Array([0xff, 0]), { n: 1 });
  raw.put(bytes("text"), { n: 2 });
  equal([...raw.scan()].map(([id]) => id), [bytes("text"), new Uint8Array([0xff, 0])]);
  const named = db.userTable("app", "notes", "bob");
  equal(named.get("text").row, { n: 2 });
  throws(api, "InvalidKey", () => named.scan().toArray());
  throws(api, "InvalidArgument", () => raw.get("text"));
  throws(api, "InvalidArgument", () => db.userTable("app", "notes", "bob", { ids: "hex" }));
});

test("principals have the access that the rules give them", (api) => {
  const db = api.Database.memory();
  const as = (userId, role) => db.as({ userId, role });
  db.users.put({ userId: "1", username: "alice" });
  equal(as("root", "dba").users.get("1").username, "alice");
  for (const role of ["user", "service"]) {
    const refused = throws(api, "AccessDenied", () => as("eve", role).users.get("1"));
    ok(refused.message.includes("eve") && refused.message.includes("system_users"));
    throws(api, "AccessDenied", () => as("eve", role).users.scan().toArray());
    throws(api, "AccessDenied", () => as("eve", role).users.put({ userId: "2", username: "eve" }));
    throws(api, "AccessDenied", () => as("eve", role).users.page());
    throws(api, "AccessDenied", () => as("eve", role).users.findByUsername("alice"));
    throws(api, "AccessDenied", () => as("eve", role).users.byRole.findAll("user"));
    throws(api, "AccessDenied", () => as("eve", role).users.watch());
    throws(api, "AccessDenied", () => as("eve", role).users.deleteRange());
    throws(api, "AccessDenied", () => as("eve", role).jobs.deleteFinishedBefore(0));
  }
  const notes = as("bob", "user").userTable("app", "notes");
  notes.put("1", { text: "mine" });
  equal(db.userTable("app", "notes", "bob").get("1").row, { text: "mine" });
  equal(as("eve", "system").userTable("app", "notes").count(), 0);
  throws(api, "InvalidArgument", () => notes.purgeDeletedBefore(1));
  throws(api, "InvalidArgument", () => db.as({ userId: "x", role: "root" }));
  throws(api, "InvalidArgument", () => db.as("x"));
});

test("the system's tables decide the access to shared tables and streams", (api) => {
  const db = api.Database.memory();
  const user = (userId) => db.as({ userId, role: "user" });
  db.tables.put({ tableId: ["app", "news"], tableType: "shared", accessLevel: "public" });
  db.tables.put({ tableId: ["app", "diary"], tableType: "shared", accessLevel: "private", owner: "alice" });
  db.tables.put({ tableId: ["app", "plain"], tableType: "shared" });
  db.tables.put({ tableId: ["app", "ticks"], tableType: "stream", owner: "alice" });
  db.sharedTable("app", "news").put("1", { title: "hello" });
  equal(user("bob").sharedTable("app", "news").get("1").row, { title: "hello" });
  throws(api, "AccessDenied", () => user("bob").sharedTable("app", "news").put("2", {}));
  throws(api, "AccessDenied", () => user("bob").sharedTable("app", "news").softDelete("1"));
  db.as({ userId: "s", role: "service" }).sharedTable("app", "news").put("2", {});
  user("alice").sharedTable("app", "diary").put("1", { secret: true });
  equal(user("alice").sharedTable("app", "diary").count(), 1);
  for (const role of ["user", "service", "dba", "system"]) {
    throws(api, "AccessDenied", () => db.as({ userId: "bob", role }).sharedTable("app", "diary").get("1"));
  }
  throws(api, "AccessDenied", () => user("bob").sharedTable("app", "plain").count());
  equal(db.as({ userId: "s", role: "service" }).sharedTable("app", "plain").count(), 0);
  user("alice").streamTable("app", "ticks").put("1", {}, { ttl: 1000 });
  throws(api, "AccessDenied", () => user("bob").streamTable("app", "ticks").count());
  throws(api, "NotFound", () => user("bob").sharedTable("app", "nothing"));
  throws(api, "Invalid", () => user("bob").sharedTable("app", "ticks"));
  // The level is that of now, not of the first call.
  db.tables.update(["app", "news"], (table) => ({ ...table, accessLevel: "restricted" }));
  throws(api, "AccessDenied", () => user("bob").sharedTable("app", "news").get("1"));
});
