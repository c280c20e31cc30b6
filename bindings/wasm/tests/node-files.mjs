// The engine with files where there is no browser: `node node-files.mjs`, beside an installed `keyloft`.
import { ok, rejects, runAll, test, throws } from "./harness.js";

const api = await import("keyloft");
const { Database } = api;

test("a database's file is opened from its bytes", async () => {
  // What a database in a file begins as is one that was made elsewhere: in a browser, or in Rust.
  throws(api, "InvalidArgument", () => Database.memory().file());
  for (const bytes of [new Uint8Array(), new Uint8Array(4096), new TextEncoder().encode("rubbish")]) {
    await rejects(api, "NotADatabase", Database.fromBytes(bytes));
  }
  await rejects(api, "InvalidArgument", Database.fromBytes("rubbish"));
});

test("where there are no such files, nothing falls back to memory", async () => {
  for (const call of [
    Database.openDirect("app"),
    Database.list(),
    Database.exists("app"),
    Database.delete("app"),
    Database.download("app"),
  ]) {
    const error = await rejects(api, "StorageUnavailable", call);
    ok(error.message.includes("browser"), error.message);
  }
});

const { failed, passed } = await runAll(api);
process.exitCode = failed.length === 0 && passed > 0 ? 0 : 1;
