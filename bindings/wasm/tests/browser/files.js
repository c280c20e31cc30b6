// Databases in the browser's private files, in one worker.
import { bytes, equal, ok, rejects, test, throws } from "../harness.js";
import { exists, readRaw, writeRaw } from "./raw.js";
import { startWorker } from "./workers.js";

const NOTES = { key: ["string", "i64"], index: { n: "f64" } };

function fill(db) {
  db.users.put({ userId: "1", username: "alice", createdAt: 5n });
  db.collection("notes", NOTES).put(["a", 1], { n: 1, text: "milk" });
  db.userTable("app", "notes", "bob").put("1", { text: "milk" }, { now: 7 });
  db.sharedTable("app", "shared").put("1", { a: [1n, true] }, { now: 7 });
  db.partition("raw").put(bytes("k"), bytes("v"));
}

/** Runs the body with an open database, and deletes it afterwards. */
async function withDatabase({ Database }, body) {
  const name = `files-${Math.random()}`;
  const db = await Database.openDirect(name, { mode: "new" });
  try {
    return await body(db, name);
  } finally {
    db.close();
    await Database.delete(name);
  }
}

test("a reopened database has everything that was written", async (api) => {
  await withDatabase(api, async (db, name) => {
    fill(db);
    const digest = db.digest();
    db.close();
    equal(db.closed, true);
    throws(api, "Closed", () => db.users.count());
    const again = await api.Database.openDirect(name, { mode: "open" });
    equal(again.digest(), digest);
    equal(again.users.get("1").username, "alice");
    equal(again.collection("notes", NOTES).by("n").findAll(1), [[["a", 1n], { n: 1, text: "milk" }]]);
    throws(api, "DefinitionMismatch", () => again.collection("notes", { key: "string" }));
    again.close();
  });
});

test("close releases the file while scans and snapshots are open", async (api) => {
  await withDatabase(api, async (db, name) => {
    fill(db);
    const snapshot = db.snapshot();
    const scan = db.users.scan()[Symbol.iterator]();
    const watch = db.users.watch();
    const staged = db.stage();
    staged.stores.users.put({ userId: "2", username: "b" });
    db.close();
    db.close();
    throws(api, "Closed", () => snapshot.users.count());
    scan.return();
    throws(api, "Closed", () => staged.commit());
    equal((await watch.next()).value.type, "current");
    equal((await watch.next()).done, true);
    const again = await api.Database.openDirect(name, { mode: "open", wait: 0 });
    equal(again.users.count(), 1);
    again.close();
  });
});

test("the mode decides whether the database must exist", async (api) => {
  await rejects(api, "DatabaseMissing", api.Database.openDirect("none", { mode: "open" }));
  equal(await api.Database.exists("none"), false);
  await withDatabase(api, async (db, name) => {
    db.close();
    await rejects(api, "DatabaseExists", api.Database.openDirect(name, { mode: "new" }));
    (await api.Database.openDirect(name)).close();
  });
});

test("invalid names and options are refused", async (api) => {
  for (const name of ["", ".", "a/b", "a\\b", "a\nb", "x".repeat(201)]) {
    await rejects(api, "InvalidDatabaseName", api.Database.openDirect(name));
    await rejects(api, "InvalidDatabaseName", api.Database.delete(name));
  }
  await rejects(api, "InvalidArgument", api.Database.openDirect(5));
  await rejects(api, "InvalidArgument", api.Database.openDirect("a", { mode: "wrong" }));
  await rejects(api, "InvalidArgument", api.Database.openDirect("a", { wait: NaN }));
  await rejects(api, "InvalidArgument", api.Database.upload("a", "text"));
  equal(await exists("a"), false);
});

test("databases are listed and deleted by name, but not while they are open", async (api) => {
  const { Database } = api;
  const names = ["list-b", "list-a", "list-Ä c"];
  for (const name of names) (await Database.openDirect(name)).close();
  equal((await Database.list()).filter((name) => name.startsWith("list-")), ["list-a", "list-b", "list-Ä c"]);
  const open = await Database.openDirect("list-a");
  equal(await Database.exists("list-a"), true);
  ok((await Database.list()).includes("list-a"));
  await rejects(api, "DatabaseLocked", Database.delete("list-a"));
  open.users.put({ userId: "1", username: "a" });
  open.close();
  for (const name of names) {
    equal(await Database.delete(name), true);
    equal(await Database.exists(name), false);
    equal(await Database.delete(name), false);
  }
});

test("a second open waits for the first, up to its limit", async (api) => {
  await withDatabase(api, async (db, name) => {
    const error = await rejects(api, "DatabaseLocked", api.Database.openDirect(name, { wait: 120 }));
    ok(error.message.includes(name), error.message);
    db.users.put({ userId: "1", username: "a" });
    const second = api.Database.openDirect(name);
    await new Promise((resolve) => setTimeout(resolve, 100));
    db.close();
    const opened = await second;
    equal(opened.users.count(), 1);
    opened.close();
  });
});

test("a file that is not a database or is damaged is refused, and unlocked each time", async (api) => {
  const { Database } = api;
  await writeRaw("rubbish", bytes("this is not a database, and it is longer than the mark of one: ".repeat(200)));
  for (let i = 0; i < 3; i++) await rejects(api, "NotADatabase", Database.openDirect("rubbish", { wait: 0 }));
  equal(await Database.delete("rubbish"), true);

  const sound = await withDatabase(api, (db) => {
    for (let i = 0; i < 200; i++) db.partition("raw").put(bytes(`key ${i}`), new Uint8Array(500).fill(i));
    return db.file();
  });
  const damaged = sound.slice();
  for (let at = 8192; at < damaged.length; at += 61) damaged[at] ^= 0xff;
  await writeRaw("damaged", damaged);
  for (let i = 0; i < 3; i++) await rejects(api, "Corrupted", Database.openDirect("damaged", { check: true, wait: 0 }));
  await rejects(api, "Corrupted", Database.upload("other", damaged));
  equal(await Database.exists("other"), false);
  await rejects(api, "Corrupted", Database.fromBytes(damaged));
  equal(await Database.delete("damaged"), true);
  equal((await Database.fromBytes(sound)).partition("raw").count(), 200);
});

test("the remains of an interrupted creation are not a database", async (api) => {
  await writeRaw("unborn", new Uint8Array(4096));
  equal(await api.Database.exists("unborn"), false);
  await rejects(api, "DatabaseMissing", api.Database.openDirect("unborn", { mode: "open" }));
  await rejects(api, "DatabaseMissing", api.Database.download("unborn"));
  (await api.Database.openDirect("unborn", { mode: "new" })).close();
  equal(await api.Database.delete("unborn"), true);
});

test("a file can be downloaded and uploaded", async (api) => {
  const { Database } = api;
  await withDatabase(api, async (db, name) => {
    fill(db);
    const digest = db.digest();
    await rejects(api, "DatabaseLocked", Database.download(name));
    await rejects(api, "DatabaseLocked", Database.upload(name, db.file()));
    db.close();
    const file = await Database.download(name);
    equal(file, await readRaw(name));
    for (const source of [file, file.slice().buffer, new Blob([file])]) {
      await Database.upload("copy", source);
      const copy = await Database.openDirect("copy", { mode: "open" });
      equal(copy.digest(), digest);
      copy.users.put({ userId: "2", username: "b" });
      copy.close();
      const here = await Database.fromBytes(source);
      equal(here.digest(), digest);
      here.users.put({ userId: "2", username: "b" });
      equal((await Database.fromBytes(here.file())).users.count(), 2);
    }
    await rejects(api, "NotADatabase", Database.upload("copy", bytes("rubbish")));
    await rejects(api, "NotADatabase", Database.upload("copy", new Uint8Array()));
    await rejects(api, "NotADatabase", Database.fromBytes(new Uint8Array()));
    await rejects(api, "NotADatabase", Database.fromBytes(bytes("rubbish")));
    const copy = await Database.openDirect("copy");
    equal(copy.users.count(), 2);
    copy.close();
    await Database.delete("copy");
    await rejects(api, "DatabaseMissing", Database.download("copy"));
  });
});

test("the file of an open database holds the committed data", async (api) => {
  await withDatabase(api, async (db) => {
    for (let i = 0; i < 5; i++) {
      fill(db);
      db.users.put({ userId: `${i + 2}`, username: `${i}` });
      const snapshot = db.snapshot();
      const copy = await api.Database.fromBytes(db.file());
      equal(copy.digest(), db.digest());
      snapshot.close();
    }
  });
  const memory = api.Database.memory();
  throws(api, "InvalidArgument", () => memory.file());
  throws(api, "InvalidArgument", () => memory.compact());
  memory.close();
});

test("compaction returns the space of deleted rows", async (api) => {
  await withDatabase(api, async (db) => {
    const partition = db.partition("raw");
    db.transaction((tx) => {
      for (let i = 0; i < 2000; i++) tx.partition("raw").put(bytes(`key ${i}`), new Uint8Array(1000));
    });
    const full = db.stats();
    equal(full.entries, 2000);
    ok(full.storedBytes > 2_000_000 && full.fileBytes > full.storedBytes && full.metadataBytes > 0, JSON.stringify(full));
    equal(full.fileBytes, db.file().length);
    partition.clear();
    partition.put(bytes("one"), bytes("left"));
    const snapshot = db.snapshot();
    throws(api, "SnapshotOpen", () => db.compact());
    snapshot.close();
    equal(db.compact(), true);
    const compact = db.stats();
    equal(compact.entries, 1);
    ok(compact.fileBytes < full.fileBytes / 2, JSON.stringify([full, compact]));
  });
});

test("an engine that crashes releases its files", async (api) => {
  // The crash needs a worker of its own, whose engine is lost.
  const worker = await startWorker(api.entry);
  const said = await worker.run(async () => {
    const db = await api.Database.openDirect("crashing");
    db.users.put({ userId: "1", username: "a" });
    // The module has no memory left.
    const { memory } = db.context.driver.instance;
    for (let pages = 65536; pages >= 1; pages /= 2) {
      try {
        memory.grow(pages);
      } catch {
        // The next allocation is smaller.
      }
    }
    const crash = () => db.partition("p").put(new Uint8Array([1]), new Uint8Array(50_000_000));
    const said = [];
    for (const call of [crash, () => db.users.get("1"), () => db.close() ?? db.users.get("1")]) {
      try {
        call();
      } catch (error) {
        said.push(error.code ?? String(error));
      }
    }
    return [...said, await api.Database.openDirect("other").catch((error) => error.code)];
  });
  equal(said, ["Poisoned", "Poisoned", "Poisoned", "Poisoned"]);
  const db = await api.Database.openDirect("crashing", { wait: 0 });
  equal(db.users.count(), 1);
  db.close();
  worker.terminate();
  await api.Database.delete("crashing");
});
