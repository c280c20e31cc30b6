// Faults around a database that several tabs use: `node remote/faults.mjs chromium`, or `firefox`, beside an installed
// `keyloft`.
import { equal, ok, test } from "../harness.js";
import { browserName, open, opening, refused, run, serveAll, server, tab, until } from "./tab.mjs";

const put = (page, id) => page.evaluate((id) => db.users.put({ userId: id, username: id }).then(() => "put", ({ code }) => code), id);
const count = (page) => page.evaluate(() => db.users.count());

test("a refused tab opens nothing later", async () => {
  const first = await open("refused");
  await put(first, "1");
  const second = await tab();
  equal(await refused(second, "refused", { tabs: "exclusive", wait: 0 }), "DatabaseLocked");
  await first.evaluate(() => db.close());
  equal(await first.evaluate(() => keyloft.Database.delete("refused")), true);
  await new Promise((resolve) => setTimeout(resolve, 500));
  equal(await first.evaluate(() => keyloft.Database.exists("refused")), false);
  await first.close();
  await second.close();
});

test("a refusal comes at once, and so does the close of a database that was just opened", async () => {
  const first = await open("soon");
  const second = await tab();
  for (const [options, expected] of [[{ tabs: "exclusive", wait: 0 }, "DatabaseLocked"], [{ mode: "new" }, "DatabaseExists"]]) {
    const { code, took } = await opening(second, "soon", options);
    equal(code, expected);
    // A tab waits five seconds for a silent worker.
    ok(took < 4500, `${expected} took ${took} ms`);
  }
  const took = await second.evaluate(async () => {
    const db = await keyloft.Database.open("soon");
    const start = performance.now();
    await db.close();
    return performance.now() - start;
  });
  ok(took < 4500, `closing took ${took} ms`);
  await first.close();
  await second.close();
});

test("options are checked whoever leads", async () => {
  const first = await open("options");
  const second = await tab();
  for (const options of [{ mode: "bogus" }, { wait: -1 }, { check: "yes" }, { tab: "exclusive" }, [], { tabs: 5 }]) {
    equal(await refused(second, "options", options), "InvalidArgument", JSON.stringify(options));
  }
  await first.close();
  await second.close();
});

test("a sandboxed frame gets an error, because it has no private files", async () => {
  const page = await tab();
  const said = await page.evaluate(async () => {
    const script = `import("${location.origin}/keyloft/web/index.js").then(({ Database, KeyloftError }) =>
      Database.open("x").catch((error) => parent.postMessage(error instanceof KeyloftError ? error.code : String(error), "*")),
      (error) => parent.postMessage(String(error), "*"))`;
    const heard = new Promise((resolve) => addEventListener("message", ({ data }) => resolve(data), { once: true }));
    const frame = document.createElement("iframe");
    frame.sandbox = "allow-scripts";
    frame.srcdoc = `<script type="module">${script}</script>`;
    document.body.append(frame);
    return heard;
  });
  equal(said, "StorageUnavailable");
  await page.close();
});

test("an opening ends at its time limit or its signal, although the engine never arrives", async () => {
  const page = await tab();
  const said = await page.evaluate(async () => {
    const { Database } = keyloft;
    const silent = { wasm: "/never" };
    const start = performance.now();
    const codes = [await Database.open("silent", { ...silent, timeout: 500 }).catch(({ code }) => code)];
    const aborting = new AbortController();
    const opening = Database.open("silent", { ...silent, signal: aborting.signal }).catch((error) => error === aborting.signal.reason);
    setTimeout(() => aborting.abort(), 300);
    codes.push(await opening);
    codes.push(await Database.open("silent", { signal: AbortSignal.abort(new RangeError()) }).catch(({ name }) => name));
    const memory = await import("/keyloft/web/memory.js");
    codes.push(await memory.init("/never", { timeout: 300 }).catch(({ code }) => code));
    await memory.init();
    memory.Database.memory().close();
    for (const options of [{ timeout: -1 }, { timeout: "1" }, { signal: 5 }]) codes.push(await Database.open("silent", options).catch(({ code }) => code));
    return [codes, performance.now() - start];
  });
  equal(said[0], ["TimedOut", true, "RangeError", "TimedOut", "InvalidArgument", "InvalidArgument", "InvalidArgument"]);
  // A worker that doesn't answer is given five seconds to end.
  ok(said[1] < 4500, `it took ${said[1]} ms`);
  // Nothing is left of the attempts.
  equal(
    await page.evaluate(async () => {
      globalThis.db = await keyloft.Database.open("silent", { timeout: 20_000 });
      return db.role;
    }),
    "leader",
  );
  equal(await put(page, "1"), "put");
  await page.close();
});

test("a write is not acknowledged when the site's data were cleared", async () => {
  const page = await open("cleared");
  const second = await open("cleared");
  equal([await put(page, "1"), await put(second, "2")], ["put", "put"]);
  await page.evaluate(() => fetch("/cleared"));
  const codes = [await put(page, "3"), await put(second, "4"), await put(page, "5")];
  ok(!codes.includes("put"), codes.join());
  const third = await tab();
  equal(await third.evaluate(() => keyloft.Database.exists("cleared")), false);
  for (const tab of [page, second, third]) await tab.close();
});

test("an exclusive tab waits as long as its options say, and no longer", async () => {
  const first = await open("waiting");
  const second = await tab();
  const { code, took } = await opening(second, "waiting", { tabs: "exclusive" });
  equal(code, "DatabaseLocked");
  // A tab waits four seconds for the lock of a terminated worker.
  ok(took < 3500, `it took ${took} ms`);
  const waiting = opening(second, "waiting", { tabs: "exclusive", wait: 60_000 });
  await new Promise((resolve) => setTimeout(resolve, 5000));
  await first.evaluate(() => db.close());
  equal((await waiting).code, "opened");
  await first.close();
  await second.close();
});

/** Sends a message to a worker of the page on a channel, and waits for its answer. */
const tell = (page, name) =>
  page.evaluate(async (name) => {
    const channel = new BroadcastChannel(name);
    const answered = new Promise((resolve) => (channel.onmessage = resolve));
    channel.postMessage("now");
    await answered;
    channel.close();
  }, name);
/** Has the engine of the crashing worker crash at its next call. */
const armCrash = (page) => tell(page, "crash");
/** Throws unless this is the code of a call that met the crash: of the crash itself, or of the lost leader. */
const crashed = (code) => ok(code === "Poisoned" || code === "LeaderLost", code);
/** Opens the database in a tab whose worker can be made to crash. `loaded` says when its engine is loaded. */
async function openCrashing(name, from = server) {
  const page = await tab(from);
  await page.evaluate(async (name) => {
    globalThis.loaded = false;
    new BroadcastChannel("loaded").onmessage = () => (globalThis.loaded = true);
    globalThis.db = await keyloft.Database.open(name, { worker: () => new Worker("crashing.js", { type: "module" }) });
  }, name);
  return page;
}

test("a tab takes over although nothing can be loaded any more", async () => {
  const site = await serveAll();
  try {
    const first = await open("offline", {}, site);
    const second = await openCrashing("offline", site);
    equal([await put(first, "1"), await put(second, "2")], ["put", "put"]);
    await until(second, "loaded");
    site.gone = true;
    await first.close();
    await until(second, `db.role === "leader"`);
    equal([await put(second, "3"), await count(second)], ["put", 3]);
    await second.close();
  } finally {
    await site.close();
  }
});

test("when the leader's engine crashes, another tab takes over with all committed data", async () => {
  const first = await openCrashing("crash");
  const second = await open("crash");
  equal([await put(first, "1"), await put(second, "2")], ["put", "put"]);
  equal(await first.evaluate(() => db.role), "leader");
  await armCrash(second);
  crashed(await put(second, "3"));
  equal([await put(second, "3"), await put(first, "4")], ["put", "put"]);
  equal([await count(first), await count(second)], [4, 4]);
  equal([await second.evaluate(() => db.role), await first.evaluate(() => db.role)], ["leader", "follower"]);
  await second.evaluate(() => db.close());
  equal([await put(first, "5"), await count(first)], ["put", 5]);
  equal(await first.evaluate(() => db.role), "leader");
  await first.close();
  await second.close();
});

test("when the engine of the only tab crashes, it gets a new one", async () => {
  const page = await openCrashing("alone");
  equal(await put(page, "1"), "put");
  await armCrash(page);
  crashed(await put(page, "2"));
  equal([await put(page, "3"), await count(page)], ["put", 2]);
  await page.evaluate(() => db.close());
  equal(await page.evaluate(() => keyloft.Database.delete("alone")), true);
  await page.close();
});

/** Opens the database in a tab and through it in another one, and fails the sync of a commit. */
async function openUnsynced(name) {
  const first = await tab();
  await first.evaluate(async (name) => {
    globalThis.db = await keyloft.Database.open(name, { worker: () => new Worker("unsynced.js", { type: "module" }) });
  }, name);
  const second = await open(name);
  equal([await put(first, "1"), await put(second, "2")], ["put", "put"]);
  await tell(first, "sync");
  equal(await put(second, "3"), "CommitUnknown");
  return [first, second];
}
/** Opens the database by `openDirect` in a worker of the page. Returns the code of the error, or `undefined`. */
const openedDirectly = (page, name) =>
  page.evaluate(async (name) => {
    const worker = new Worker("worker.js", { type: "module" });
    const said = new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data.code)));
    worker.postMessage({ direct: name });
    const code = await said;
    worker.terminate();
    return code;
  }, name);

test("after a failed sync nobody opens the file again while a page knows of it", async () => {
  const [first, second] = await openUnsynced("unsynced");
  equal([await put(first, "4"), await put(second, "4")], ["SyncFailed", "SyncFailed"]);
  const third = await tab();
  equal(await refused(third, "unsynced", {}), "SyncFailed");
  equal(await openedDirectly(third, "unsynced"), "SyncFailed");
  equal((await opening(first, "unsynced")).code, "SyncFailed");
  // The page whose worker has met the failure.
  await first.close();
  equal((await opening(second, "unsynced")).code, "SyncFailed");
  await second.close();
  const code = await third.evaluate(() => keyloft.Database.open("unsynced").catch(({ code, message }) => [code, message.includes("`unsynced`"), message.includes("upload")]));
  equal(code, ["SyncFailed", true, true]);
  await third.close();
  // Nobody knows of it any more.
  const last = await open("unsynced");
  equal(await count(last), 3);
  await last.close();
});

test("a database whose sync has failed can be saved, and replaced or deleted", async () => {
  const pages = await openUnsynced("saved");
  const third = await tab();
  equal(await refused(third, "saved", {}), "SyncFailed");
  await third.evaluate(async () => keyloft.Database.upload("saved", await keyloft.Database.download("saved")));
  equal((await opening(pages[0], "saved")).code, "opened");
  await pages[0].close();
  equal(await openedDirectly(third, "saved"), undefined);
  const others = await openUnsynced("dropped");
  equal(await refused(third, "dropped", {}), "SyncFailed");
  equal(await third.evaluate(() => keyloft.Database.delete("dropped")), true);
  equal(await openedDirectly(third, "dropped"), undefined);
  for (const page of [...pages.slice(1), ...others, third]) await page.close();
});

// Chromium alone can set a quota.
for (const [inPrivate, where] of browserName === "chromium" ? [[false, ""], [true, "in a private window, whose files are in memory, "]] : []) {
  test(`${where}a full quota is an error, and all tabs write again once there is space`, async () => {
    const first = await open("full", {}, server, inPrivate);
    const second = await open("full", {}, server, inPrivate);
    equal(await put(first, "1"), "put");
    const quota = (quotaSize) => first.send("Storage.overrideQuotaForOrigin", { origin: server.url, ...(quotaSize === undefined ? {} : { quotaSize }) });
    const usage = await first.evaluate(async () => (await navigator.storage.estimate()).usage);
    await quota(usage + (2 << 20));
    const code = await second.evaluate(async () => {
      const rows = db.collection("rows", { key: "string" });
      for (let i = 0; i < 1000; i++) {
        try {
          await rows.put(`${i}`, { bytes: new Uint8Array(100_000) });
          globalThis.put = i + 1;
        } catch (error) {
          return error.code;
        }
      }
      return "never full";
    });
    equal(code, "StorageFull");
    equal([await count(first), await count(second)], [1, 1]);
    const rows = await second.evaluate(async () => [await db.collection("rows", { key: "string" }).count(), globalThis.put]);
    equal(rows[0], rows[1]);
    await quota();
    equal([await put(second, "2"), await put(first, "3"), await count(second)], ["put", "put", 3]);
    await first.close();
    await second.close();
  });
}

await run();
