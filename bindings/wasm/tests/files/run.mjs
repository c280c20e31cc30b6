// Databases in files, in Node, Deno and Bun, beside an installed `keyloft`: `node files/run.mjs [<number of kills>]`.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import * as api from "keyloft";

import { equal, ok, rejects, runAll, test, throws } from "../harness.js";
import { NOTES, verify } from "./model.js";
import { addThreads } from "./threads.js";

const { Database } = api;
if (!("Bun" in globalThis) && !("Deno" in globalThis)) {
  setFlagsFromString("--expose-gc");
  globalThis.gc = runInNewContext("gc");
}
const kills = Number(process.argv[2] ?? 20);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "keyloft-files-"));
const at = (name) => path.join(folder, name);
const here = path.dirname(fileURLToPath(import.meta.url));

/** Starts this runtime with a script of this folder. */
function start(script, ...args) {
  const words = "Deno" in globalThis ? ["run", "--allow-all"] : [];
  return spawn(process.execPath, [...words, path.join(here, script), ...args], { stdio: ["pipe", "pipe", "inherit"] });
}

/** Waits for the first line that the process writes. */
async function firstLine(child) {
  const [line] = await once(createInterface(child.stdout), "line");
  return line;
}

test("a database in a file is there when it is opened again", async () => {
  const db = await Database.open(at("app.redb"));
  equal(db.role, "leader");
  const notes = db.collection("notes", NOTES);
  await notes.put("a", { title: "milk" });
  equal(await db.transaction(async (tx) => {
    await tx.collection("notes", NOTES).put("b", { title: "bread" });
    await new Promise((resolve) => setTimeout(resolve, 5));
    return tx.collection("notes", NOTES).count();
  }), 2);
  const refused = db.transaction(async (tx) => {
    await tx.collection("notes", NOTES).put("c", { title: "tea" });
    throw new RangeError("no");
  });
  ok((await refused.catch((error) => error)) instanceof RangeError);
  const digest = await db.digest();
  await db.close();
  ok(db.closed);
  await rejects(api, "Closed", notes.get("a"));

  const direct = await Database.openDirect(at("app.redb"), { mode: "open" });
  equal(direct.digest(), digest);
  equal([...direct.collection("notes", NOTES).scan()].map(([key]) => key), ["a", "b"]);
  const numbers = { key: "u32" };
  direct.transaction((tx) => {
    for (let i = 0; i < 5000; i++) tx.collection("numbers", numbers).put(i, { i, text: "x".repeat(i % 300) });
  });
  ok(direct.stats().fileBytes > 500_000);
  direct.collection("numbers", numbers).delete(7);
  direct.close();
  const again = await Database.openDirect(at("app.redb"), { check: true });
  equal(again.collection("numbers", numbers).count(), 4999);
  again.close();
});

test("a watch sees the writes of the same database", async () => {
  const db = await Database.open(at("watched.redb"));
  const notes = db.collection("notes", NOTES);
  const watch = notes.watch();
  equal((await watch.next()).value.entries, []);
  await notes.put("a", { title: "milk" });
  equal((await watch.next()).value.type, "inserted");
  await db.close();
  await rejects(api, "Closed", watch.next());
});

test("one opening at a time has the file", async () => {
  const path = at("one.redb");
  const db = await Database.openDirect(path);
  const error = await rejects(api, "DatabaseLocked", Database.openDirect(path, { wait: 0 }));
  ok(error.message.includes(path), error.message);
  await rejects(api, "DatabaseLocked", Database.open(path, { wait: 0 }));
  await rejects(api, "DatabaseLocked", Database.delete(path));
  await rejects(api, "DatabaseLocked", Database.download(path));
  await rejects(api, "DatabaseLocked", Database.upload(path, db.file()));
  ok(await Database.exists(path));
  equal(await Database.list(folder), [at("app.redb"), path, at("watched.redb")]);
  equal(await Database.persist(), "persistent");
  const waiting = Database.openDirect(path, { wait: 10_000 });
  setTimeout(() => db.close(), 100);
  (await waiting).close();
});

test("another process can't open the file, and a killed one gives it back at once", async () => {
  const path = at("held.redb");
  const child = start("hold.mjs", path);
  equal(await firstLine(child), "open");
  await rejects(api, "DatabaseLocked", Database.openDirect(path, { wait: 0 }));
  child.kill("SIGKILL");
  await once(child, "close");
  const db = await Database.openDirect(path, { wait: 0 });
  const second = start("hold.mjs", path);
  equal(await firstLine(second), "DatabaseLocked");
  await once(second, "close");
  db.close();
});

test("other programs are kept out by both kinds of locks", async () => {
  const path = at("locks.redb");
  const ranges = 'open(my $file, "+<", $ARGV[0]) or die; my $all = pack("s s x4 q q i x4", 1, 0, 1 << 62, 3, 0); ';
  const take = `${ranges} exit(fcntl($file, 37, $all) ? 0 : 1);`;
  if (process.platform !== "linux" || spawnSync("perl", ["-e", "1"]).status !== 0) return;
  const db = await Database.openDirect(path);
  equal(spawnSync("flock", ["-xn", path, "true"]).status, 1);
  equal(spawnSync("perl", ["-e", take, path]).status, 1);
  db.close();
  equal(spawnSync("flock", ["-xn", path, "true"]).status, 0);
  equal(spawnSync("perl", ["-e", take, path]).status, 0);
  for (const [program, ...args] of [
    ["perl", "-e", `${ranges} fcntl($file, 37, $all) or die; $| = 1; print "open\n"; <STDIN>;`, path],
    ["flock", "-xn", path, "sh", "-c", "echo open; read line"],
  ]) {
    const holder = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    equal(await firstLine(holder), "open");
    await rejects(api, "DatabaseLocked", Database.openDirect(path, { wait: 0 }));
    holder.stdin.end();
    await once(holder, "close");
    (await Database.openDirect(path, { wait: 0 })).close();
  }
});

test("where nothing can lock a file, the opening is refused", async () => {
  // Deno has a lock of its own.
  if ("Deno" in globalThis) return;
  const windows = "data:text/javascript,Object.defineProperty(process,'platform',{value:'win32'})";
  const cases = [[[], { ...process.env, PATH: folder }]];
  if (!("Bun" in globalThis)) cases.push([["--import", windows], process.env]);
  for (const [words, env] of cases) {
    const child = spawn(process.execPath, [...words, path.join(here, "hold.mjs"), at("unlocked.redb")], { env, stdio: ["ignore", "pipe", "inherit"] });
    equal(await firstLine(child), "StorageUnavailable");
    await once(child, "close");
  }
  equal(await Database.exists(at("unlocked.redb")), false);
});

test("each mode checks that the database exists or not", async () => {
  const path = at("modes.redb");
  const error = await rejects(api, "DatabaseMissing", Database.open(path, { mode: "open" }));
  ok(error.message.includes(path), error.message);
  ok(!fs.existsSync(path));
  (await Database.openDirect(path, { mode: "new" })).close();
  await rejects(api, "DatabaseExists", Database.openDirect(path, { mode: "new" }));
  (await Database.openDirect(path, { mode: "open" })).close();
  // A creation that was cut off leaves an empty file, or one without its first bytes.
  for (const remains of [new Uint8Array(), new Uint8Array(320)]) {
    fs.writeFileSync(path, remains);
    equal(await Database.exists(path), false);
    await rejects(api, "DatabaseMissing", Database.openDirect(path, { mode: "open" }));
    (await Database.openDirect(path, { mode: "new" })).close();
  }
});

test("paths that are no database are refused, and other files are not touched", async () => {
  const text = at("notes.txt");
  fs.writeFileSync(text, "buy milk");
  await rejects(api, "NotADatabase", Database.openDirect(text));
  await rejects(api, "NotADatabase", Database.delete(text));
  const image = Database.fromBytes().then((db) => db.file());
  await rejects(api, "NotADatabase", Database.upload(text, await image));
  equal(fs.readFileSync(text, "utf8"), "buy milk");
  await rejects(api, "NotADatabase", Database.upload(at("new.redb"), new TextEncoder().encode("rubbish")));
  ok(!fs.existsSync(at("new.redb")));
  await rejects(api, "NotADatabase", Database.openDirect(folder));
  await rejects(api, "NotADatabase", Database.openDirect("/dev/null"));
  await rejects(api, "FolderMissing", Database.openDirect(at("none/app.redb")));
  await rejects(api, "FolderMissing", Database.openDirect(at("notes.txt/app.redb")));
  await rejects(api, "FolderMissing", Database.list(at("none")));
  await rejects(api, "InvalidDatabaseName", Database.openDirect(""));
  await rejects(api, "InvalidDatabaseName", Database.openDirect("a\0b"));
  await rejects(api, "InvalidDatabaseName", Database.openDirect(at("x".repeat(300))));
  await rejects(api, "InvalidArgument", Database.openDirect(5));
  await rejects(api, "InvalidArgument", Database.open(at("app.redb"), { mode: "read" }));
});

test("a file is downloaded, uploaded and deleted", async () => {
  const path = at("moved.redb");
  const file = await Database.download(at("app.redb"));
  await Database.upload(path, file);
  await Database.upload(path, file);
  const [db, app] = [await Database.openDirect(path), await Database.openDirect(at("app.redb"))];
  equal(db.digest(), app.digest());
  db.close();
  app.close();
  ok(!fs.existsSync(`${path}.upload`));
  equal(await Database.delete(path), true);
  equal(await Database.delete(path), false);
  await rejects(api, "DatabaseMissing", Database.download(path));
});

test("a path is that of the working directory at the opening", async () => {
  const before = process.cwd();
  const other = at("other");
  fs.mkdirSync(other);
  process.chdir(folder);
  const db = await Database.open("moving.redb");
  process.chdir(other);
  await db.collection("notes", NOTES).put("a", { title: "milk" });
  await db.close();
  process.chdir(before);
  ok(fs.existsSync(at("moving.redb")));
  equal(fs.readdirSync(other), []);
});

test("a full disk is told, and what was committed is there", async () => {
  const path = at("full.redb");
  // A limit on the length of files is a full disk for the process.
  const child = spawn("sh", ["-c", `ulimit -f 2000; trap "" XFSZ; exec "$@"`, "sh", process.execPath, ...("Deno" in globalThis ? ["run", "--allow-all"] : []), `${here}/fill.mjs`, path], { stdio: ["ignore", "pipe", "inherit"] });
  const [code, put] = (await firstLine(child)).split(" ");
  await once(child, "close");
  equal(code, "StorageFull");
  const db = await Database.openDirect(path, { check: true });
  equal(db.collection("rows", { key: "u32" }).count(), Number(put));
  db.close();
});

test("a creation, an upload and a deletion sync the folder", async () => {
  // The functions of `node:fs` can be replaced in Node alone.
  if ("Deno" in globalThis || "Bun" in globalThis) return;
  const path = at("synced.redb");
  const { fsyncSync } = fs;
  let folders = 0;
  fs.fsyncSync = (descriptor) => {
    if (fs.fstatSync(descriptor).isDirectory()) folders++;
    fsyncSync(descriptor);
  };
  syncBuiltinESMExports();
  try {
    (await Database.openDirect(path)).close();
    equal(folders, 1);
    (await Database.openDirect(path)).close();
    equal(folders, 1);
    await Database.upload(path, await Database.download(path));
    equal(folders, 2);
    await Database.delete(path);
    equal(folders, 3);
  } finally {
    fs.fsyncSync = fsyncSync;
    syncBuiltinESMExports();
  }
});

test("after a failed sync the file is not opened again", async () => {
  // The functions of `node:fs` can be replaced in Node alone.
  if ("Deno" in globalThis || "Bun" in globalThis) return;
  const path = at("unsynced.redb");
  const db = await Database.open(path);
  await db.collection("notes", NOTES).put("a", { title: "milk" });
  const { fdatasyncSync } = fs;
  fs.fdatasyncSync = () => {
    throw Object.assign(new Error("EIO: i/o error, fdatasync"), { code: "EIO" });
  };
  syncBuiltinESMExports();
  try {
    await rejects(api, "CommitUnknown", db.collection("notes", NOTES).put("b", { title: "bread" }));
  } finally {
    fs.fdatasyncSync = fdatasyncSync;
    syncBuiltinESMExports();
  }
  await rejects(api, "SyncFailed", db.collection("notes", NOTES).get("a"));
  await rejects(api, "SyncFailed", Database.openDirect(path, { wait: 0 }));
});

test("a write to a file that was deleted meanwhile is not acknowledged", async () => {
  const path = at("deleted.redb");
  const db = await Database.open(path);
  const notes = db.collection("notes", NOTES);
  await notes.put("a", { title: "milk" });
  fs.rmSync(path);
  const error = await rejects(api, "CommitUnknown", notes.put("b", { title: "bread" }));
  ok(String(error.cause).includes("deleted"), String(error.cause));
  equal((await notes.get("a").catch((error) => error)).code, "LeaderLost");
  (await Database.openDirect(path, { mode: "new" })).close();
});

test("a database in memory has the same methods", async () => {
  const db = await Database.openMemory({ transactionTimeout: 1000 });
  const notes = db.collection("notes", NOTES);
  await db.transaction(async (tx) => {
    await tx.collection("notes", NOTES).put("a", { title: "milk" });
    await new Promise((resolve) => setTimeout(resolve, 1));
  });
  equal(await notes.get("a"), { title: "milk" });
  const late = db.transaction(() => new Promise((resolve) => setTimeout(resolve, 2000)));
  await rejects(api, "TimedOut", late);
  const copy = await Database.fromBytes(await db.file());
  equal(copy.collection("notes", NOTES).get("a"), { title: "milk" });
  ok((await db.stats()).fileBytes > 0);
  equal(typeof (await db.compact()), "boolean");
  const refused = db.transaction(async (tx) => {
    await tx.collection("notes", NOTES).put("b", { title: "bread" });
    throw new RangeError("no");
  });
  ok((await refused.catch((error) => error)) instanceof RangeError);
  equal(await notes.count(), 1);
  const snapshot = await db.snapshot();
  await notes.put("c", { title: "tea" });
  equal([await snapshot.collection("notes", NOTES).count(), await notes.count()], [1, 2]);
  await snapshot.close();
  await rejects(api, "InvalidArgument", Database.openMemory({ wait: 5 }));
  await db.close();
  await rejects(api, "Closed", notes.get("a"));
});

addThreads(at);

test(`a process that is killed ${kills} times has every transaction that it was told of, and no half of one`, async () => {
  // Two at a time, each with a file.
  const lane = async (path, count) => {
    let total = 0;
    for (let kill = 0; kill < count; kill++) {
      const child = start("write.mjs", path);
      let told = -1;
      const lines = createInterface(child.stdout);
      lines.on("line", (line) => (told = Number(line)));
      const closed = once(child, "close");
      await Promise.race([once(lines, "line"), closed]);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
      child.kill("SIGKILL");
      await closed;
      const db = await Database.openDirect(path, { wait: 0 });
      const stored = verify(db);
      db.close();
      ok(told >= total && (stored === told || stored === told + 1), `told of ${told}, stored ${stored}, before ${total}`);
      total = stored;
    }
  };
  await Promise.all([lane(at("killed-1.redb"), Math.ceil(kills / 2)), lane(at("killed-2.redb"), Math.floor(kills / 2))]);
});

const { failed, passed } = await runAll(api);
fs.rmSync(folder, { recursive: true });
process.exit(failed.length === 0 && passed > 0 ? 0 : 1);
