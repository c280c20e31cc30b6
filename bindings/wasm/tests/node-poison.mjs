// A module with little memory: `node --wasm-max-mem-pages=900 node-poison.mjs`, beside an installed `keyloft`. A failed
// allocation ends the engine as a panic does.
import { equal, ok, runAll, test, throws } from "./harness.js";

const entry = process.argv[2] ?? "keyloft/memory";
const api = await import(entry);

test("entities that do not fit in memory twice are read one by one", () => {
  const db = api.Database.memory();
  const rows = db.collection("rows", { key: "u32", index: { kind: "string" }, unique: { number: "i64" } });
  for (let i = 0; i < 20; i++) rows.put(i, { kind: "large", number: BigInt(i), bytes: new Uint8Array(1_000_000) });
  for (const read of [rows, rows.by("kind"), rows.by("number")]) {
    let found = 0;
    for (const [, { bytes }] of read.scan()) found += bytes.length / 1_000_000;
    equal(found, 20);
  }
  db.close();
});

test("a response without room is an error, and the engine goes on", () => {
  const db = api.Database.memory();
  const partition = db.partition("p");
  const key = new Uint8Array([1]);
  partition.put(key, new Uint8Array(4_000_000));
  equal(partition.getMany([key, key]).length, 2);
  for (const count of [14, 20, 40]) throws(api, "OutOfMemory", () => partition.getMany(Array(count).fill(key)));
  throws(api, "OutOfMemory", () => {
    for (let i = 0; i < 7; i++) partition.put(new Uint8Array([2, i]), new Uint8Array(4_000_000));
    db.export();
  });
  equal(partition.get(key).length, 4_000_000);
  db.close();
});

test("a crashed engine fails every call", async () => {
  const db = api.Database.memory();
  const other = api.Database.memory();
  const partition = db.partition("p");
  const watch = db.users.watch();
  const iterator = db.users.scan()[Symbol.iterator]();
  const snapshot = db.snapshot();
  other.users.put({ userId: "1", username: "a" });
  const error = throws(api, "Poisoned", () => {
    for (let i = 0; i < 100; i++) partition.put(new Uint8Array([i]), new Uint8Array(1_000_000));
  });
  ok(error.cause instanceof Error, "the cause is what the engine threw");
  for (const call of [
    () => partition.get(new Uint8Array([1])),
    () => db.users.get("1"),
    () => db.transaction(() => 1),
    () => db.export(),
    () => other.users.get("1"),
    () => other.users.put({ userId: "2", username: "b" }),
    () => snapshot.users.count(),
    () => api.Database.memory(),
  ]) {
    throws(api, "Poisoned", call);
  }
  iterator.return();
  snapshot.close();
  watch.close();
  db.close();
  equal(db.closed, true);
  throws(api, "Poisoned", () => db.users.get("1"));
});

const { failed } = await runAll(api);
process.exitCode = failed.length === 0 ? 0 : 1;
