// Several threads of one program that have a database open: one has the file and serves the others.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Worker } from "node:worker_threads";

import * as api from "keyloft";

import { equal, ok, rejects, test } from "../harness.js";
import { NOTES } from "./model.js";

const { Database } = api;

/** A thread that opens databases. */
class Thread {
  #worker = new Worker(new URL("./thread.mjs", import.meta.url));
  #answers = new Map();
  #last = 0;

  constructor() {
    this.#worker.on("message", ({ id, value, code }) => {
      const { resolve, reject } = this.#answers.get(id);
      if (code === undefined) resolve(value);
      else reject(Object.assign(new Error(code), { code }));
    });
  }

  ask(action, ...args) {
    const id = ++this.#last;
    this.#worker.postMessage({ id, action, args });
    return new Promise((resolve, reject) => this.#answers.set(id, { resolve, reject }));
  }

  terminate() {
    return this.#worker.terminate();
  }
}

/** Deno's channels between threads would keep a program from ending, so threads don't share a database there. */
const share = "unref" in BroadcastChannel.prototype;

const codeOf = (promise) => promise.then(() => undefined, ({ code }) => code);

/** Adds the tests. `at` returns the path of a file for a test. */
export function addThreads(at) {
  if (share) addShared(at);
  test("a terminated thread gives its file back, or the error says that this program has it", async () => {
    const path = at("given-back.redb");
    const thread = new Thread();
    await thread.ask("openDirect", path);
    const held = await rejects(api, "DatabaseLocked", Database.openDirect(path, { wait: 0 }));
    if (process.platform === "linux") ok(held.message.includes("this program"), held.message);
    await thread.terminate();
    if ("Bun" in globalThis) {
      const error = await rejects(api, "DatabaseLocked", Database.openDirect(path, { wait: 100 }));
      ok(error.message.includes("this program"), error.message);
      return;
    }
    (await Database.openDirect(path, { wait: 1000 })).close();
  });

  test("a database that is not closed keeps no program from ending", async () => {
    const words = "Deno" in globalThis ? ["eval"] : "Bun" in globalThis ? ["-e"] : ["--input-type=module", "-e"];
    const entry = import.meta.resolve("keyloft");
    const code = `import { Database } from ${JSON.stringify(entry)}; const db = await Database.open(${JSON.stringify(at("ending.redb"))}); await db.collection("c", { key: "u32" }).put(1, {});`;
    const child = spawn(process.execPath, [...words, code], { stdio: ["ignore", "inherit", "inherit"] });
    const late = setTimeout(() => child.kill("SIGKILL"), 20_000);
    const [status, signal] = await once(child, "close");
    clearTimeout(late);
    equal([status, signal], [0, null]);
  });
}

function addShared(at) {
  test("threads share a database, and the next one has the file when its owner closes", async () => {
    const path = at("threads.redb");
    const db = await Database.open(path);
    equal(db.role, "leader");
    const thread = new Thread();
    equal(await thread.ask("open", path), "follower");
    await thread.ask("put", "a", "milk");
    const notes = db.collection("notes", NOTES);
    equal(await notes.get("a"), { title: "milk" });
    const watch = notes.watch();
    await watch.next();
    await thread.ask("put", "b", "bread");
    equal((await watch.next()).value.key, "b");
    // The same thread may open it again.
    const second = await Database.open(path);
    equal(second.role, "follower");
    equal(await second.collection("notes", NOTES).count(), 2);
    await second.close();
    equal(await codeOf(thread.ask("open", path, { mode: "new" })), "DatabaseExists");
    equal(await codeOf(Database.open(path, { tabs: "exclusive", wait: 0 })), "DatabaseLocked");
    equal(await codeOf(Database.openDirect(path, { wait: 0 })), "DatabaseLocked");
    await db.close();
    equal(await thread.ask("get", "b"), { title: "bread" });
    await thread.ask("put", "c", "tea");
    equal(await thread.ask("role"), "leader");
    await thread.ask("close");
    await thread.terminate();
    const direct = await Database.openDirect(path);
    equal(direct.collection("notes", NOTES).count(), 3);
    direct.close();
  });

  test("the writes of two threads to one database are all there, and their transactions are apart", async () => {
    const path = at("both.redb");
    const threads = [new Thread(), new Thread()];
    await Promise.all(threads.map((thread) => thread.ask("open", path)));
    const roles = await Promise.all(threads.map((thread) => thread.ask("role")));
    equal(roles.sort(), ["follower", "leader"]);
    const puts = threads.flatMap((thread, i) => Array.from({ length: 30 }, (_, n) => thread.ask("put", `${i}-${n}`, `${i} ${n}`)));
    await Promise.all(puts);
    await Promise.all(threads.map((thread) => thread.ask("close")));
    await Promise.all(threads.map((thread) => thread.terminate()));
    const direct = await Database.openDirect(path);
    equal(direct.collection("notes", NOTES).count(), 60);
    direct.close();
  });

  test("another thread takes over from a terminated owner, with every acknowledged write", async () => {
    // Bun keeps the file of a terminated thread open and locked.
    if ("Bun" in globalThis) return;
    const path = at("terminated.redb");
    const thread = new Thread();
    equal(await thread.ask("open", path), "leader");
    await thread.ask("put", "a", "milk");
    const db = await Database.open(path);
    equal(db.role, "follower");
    const notes = db.collection("notes", NOTES);
    await thread.ask("begin", "b");
    const waiting = notes.put("c", { title: "tea" });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await thread.terminate();
    // The put was sent to the owner, so it may have been executed.
    equal(await codeOf(waiting), "LeaderLost");
    equal(await notes.get("a"), { title: "milk" });
    equal(await notes.get("b"), undefined);
    equal(db.role, "leader");
    await notes.put("c", { title: "tea" });
    await db.close();
  });

  test("a database that nobody refers to is not closed under a pending call", async () => {
    const path = at("unreferred.redb");
    const collect = globalThis.Bun === undefined ? globalThis.gc : () => globalThis.Bun.gc(true);
    if (collect === undefined) return;
    const pause = async () => {
      for (let i = 0; i < 5; i++) {
        collect();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const open = async () => {
      const db = await Database.open(path);
      return db.transaction(async (tx) => {
        await pause();
        await tx.collection("notes", NOTES).put("a", { title: "milk" });
        await pause();
        return tx.collection("notes", NOTES).count();
      });
    };
    equal(await open(), 1);
    const watch = await Database.open(path).then((db) => db.collection("notes", NOTES).watch());
    await watch.next();
    const next = watch.next();
    await pause();
    const db = await Database.open(path);
    await db.collection("notes", NOTES).put("b", { title: "bread" });
    equal((await next).value.key, "b");
    await db.close();
  });
}
