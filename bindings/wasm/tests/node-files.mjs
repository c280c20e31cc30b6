// The engine with files, on the bytes of a file in memory: `node --wasm-max-mem-pages=3200 node-files.mjs`, beside an installed
// `keyloft`. The tests fill these 200 MB of memory. How much is left then depends on the number of pages.
import { equal, ok, rejects, runAll, test, throws } from "./harness.js";

const api = await import("keyloft");
const { Database } = api;

test("a database opens from the bytes of its file", async () => {
  // A database in memory alone has no file.
  throws(api, "InvalidArgument", () => Database.memory().file());
  for (const bytes of [new Uint8Array(), new Uint8Array(4096), new TextEncoder().encode("rubbish")]) {
    await rejects(api, "NotADatabase", Database.fromBytes(bytes));
  }
  await rejects(api, "InvalidArgument", Database.fromBytes("rubbish"));
});

test("a database that begins in an empty file opens again, and is refused if one byte is wrong", async () => {
  const db = await Database.fromBytes();
  db.collection("notes", { key: "string" }).put("1", { text: "milk" });
  db.users.put({ userId: "1", username: "ada" });
  const file = db.file();
  const given = file.slice();
  const opening = Database.fromBytes(given);
  given.fill(0);
  equal((await opening).digest(), db.digest());

  let refused = 0;
  for (let place = 0; place < 600; place++) {
    const damaged = file.slice();
    damaged[place < 512 ? place : place * 137] ^= 1 << place % 8;
    const opened = await Database.fromBytes(damaged).catch((error) => error);
    if (opened instanceof api.KeyloftError) refused++;
    else equal(opened.digest(), db.digest(), `byte ${place}`);
  }
  ok(refused > 100, `${refused}`);
});

test("a database gives its file when the memory is full", async () => {
  const db = await Database.fromBytes();
  const partition = db.partition("p");
  let put = 0;
  throws(api, "StorageFull", () => {
    for (; put < 1000; put++) partition.put(new Uint8Array([put >> 8, put]), new Uint8Array(1_000_000));
  });
  ok(put > 5, `${put}`);
  const file = db.file();
  try {
    db.close();
  } catch {
    // A failed database can't be closed cleanly.
  }
  const again = await Database.fromBytes(file);
  equal(again.partition("p").count(), put);
  equal(again.partition("p").get(new Uint8Array([0, 3])).length, 1_000_000);
});

const { failed, passed } = await runAll(api);
process.exitCode = failed.length === 0 && passed > 0 ? 0 : 1;
