// What becomes of a module that has crashed: `node --wasm-max-mem-pages=400 node-poison.mjs`, beside an
// installed `keyloft`. With so little memory an allocation fails, which ends the engine as a panic does.
import { equal, ok, runAll, test, throws } from "./harness.js";

const entry = process.argv[2] ?? "keyloft/memory";
const api = await import(entry);

test("an engine that has crashed says so on every call", async () => {
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
