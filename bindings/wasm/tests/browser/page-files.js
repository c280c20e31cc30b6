// The browser's private files from a page, and between workers.
import { equal, ok, rejects, test } from "../harness.js";
import { startWorker } from "./workers.js";

/** The number of workers that are terminated during their work. */
const ROUNDS = 6;

/** How long an open waits for the file of a terminated worker, in milliseconds. A busy machine takes seconds to end a worker that runs. */
const PATIENCE = 60_000;

test("a page can't open a file itself, and the error says where it can be opened", async (api) => {
  const error = await rejects(api, "StorageUnavailable", api.Database.openDirect("page"));
  ok(error.message.includes("dedicated worker"), error.message);
  equal(await api.Database.exists("page"), false);
});

test("a page manages closed databases as a worker does", async (api) => {
  const { Database } = api;
  const worker = await startWorker(api.entry);
  const digest = await worker.run(async () => {
    state.db = await api.Database.openDirect("page-files");
    state.db.users.put({ userId: "1", username: "a" });
    return state.db.digest();
  });
  equal(await Database.exists("page-files"), true);
  equal(await Database.list(), ["page-files"]);
  await rejects(api, "DatabaseLocked", Database.delete("page-files"));
  await rejects(api, "DatabaseLocked", Database.download("page-files"));
  await rejects(api, "DatabaseLocked", Database.upload("page-files", await worker.run(() => state.db.file())));
  await worker.run(() => state.db.close());
  const file = await Database.download("page-files");
  equal((await Database.fromBytes(file)).digest(), digest);
  await Database.upload("page-copy", new Blob([file]));
  equal(await worker.run(async () => {
    const copy = await api.Database.openDirect("page-copy", { mode: "open" });
    const digest = copy.digest();
    copy.close();
    return digest;
  }), digest);
  await rejects(api, "NotADatabase", Database.upload("page-copy", new Uint8Array([1, 2, 3])));
  equal([await Database.delete("page-files"), await Database.delete("page-copy"), await Database.list()], [true, true, []]);
  worker.terminate();
});

test("a page asks the browser to keep the data, and a worker gets the answer", async (api) => {
  // The browser of the tests decides without a question: Firefox keeps the data, and Chromium does not.
  const expected = navigator.userAgent.includes("Firefox") ? "persistent" : "evictable";
  equal([await api.Database.persist(), await navigator.storage.persisted()], [expected, expected === "persistent"]);
  const worker = await startWorker(api.entry);
  equal(await worker.run(() => api.Database.persist()), expected);
  worker.terminate();
});

test("one worker at a time has a database open", async (api) => {
  const [first, second] = [await startWorker(api.entry), await startWorker(api.entry)];
  const open = async (name, options) => {
    state.db = await api.Database.openDirect(name, options);
    state.db.users.put({ userId: "1", username: "a" });
  };
  await first.run(open, "one");
  const refused = await second.run(open, "one", { wait: 50 }).then(undefined, (error) => error.code);
  equal(refused, "DatabaseLocked");
  const waiting = second.run(open, "one");
  await first.run(() => state.db.close());
  await waiting;
  // Chromium releases the lock of a terminated worker later, so the next open waits for it.
  second.terminate();
  await first.run(open, "one", { wait: PATIENCE });
  first.terminate();
  const third = await startWorker(api.entry);
  await third.run(open, "one", { wait: PATIENCE });
  await third.run(() => state.db.close());
  third.terminate();
  equal(await api.Database.delete("one"), true);
});

test("a worker that is terminated during a transaction leaves its last commit", async (api) => {
  let [begun, committed, midway] = [0, 0, 0];
  for (let round = 1; round <= ROUNDS; round++) {
    const worker = await startWorker(api.entry);
    const found = await worker.run(openRows, PATIENCE);
    if (committed > 0) {
      equal([found.count, found.values.length], [400, 1], "a state that no transaction has left");
      ok(found.values[0] >= committed, `what was committed as ${committed} is ${found.values[0]} now`);
    }
    const inside = new Promise((resolve) => {
      let commits = 0;
      worker.onTold = (told) => {
        if ("committed" in told) [committed, commits] = [told.committed, commits + 1];
        else begun = told.begun;
        // The progress until then differs each time.
        if (commits >= round) setTimeout(resolve, round);
      };
    });
    worker.run(writeRows, committed + 1).catch(() => undefined);
    await inside;
    worker.terminate();
    midway += begun > committed;
  }
  ok(midway > 0, "no worker was ended in the middle of a transaction: nothing was tried");
  const last = await startWorker(api.entry);
  const { count, values } = await last.run(openRows, PATIENCE);
  equal([count, values.length, values[0] >= committed], [400, 1, true]);
  await last.run(() => state.db.close());
  last.terminate();
  equal(await api.Database.delete("ended"), true);
});

async function openRows(wait) {
  state.db = await api.Database.openDirect("ended", { wait });
  const rows = state.db.partition("rows");
  const values = rows.scan().toArray().map(([, value]) => Number(new TextDecoder().decode(value)));
  return { count: rows.count(), values: [...new Set(values)] };
}

/** Runs transactions without end, each of which writes its number to every row. */
function writeRows(from) {
  for (let n = from; ; n++) {
    tell({ begun: n });
    state.db.transaction((tx) => {
      const rows = tx.partition("rows");
      const value = new TextEncoder().encode(String(n));
      for (let i = 0; i < 400; i++) rows.put(new Uint8Array([i >> 8, i & 255]), value);
    });
    tell({ committed: n });
  }
}
