// Runs the tests of databases in Durable Objects, in workerd with persistence: `node durable-object/run.mjs`.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { Database } from "keyloft";

import { equal, ok, runAll, test } from "../harness.js";
import { contents, fill } from "./data.js";
import { ObjectRuntime } from "./runtime.mjs";

const script = join(dirname(fileURLToPath(import.meta.url)), "objects.js");
const objects = await ObjectRuntime.started(script, { SUITE: "Suite", STORE: "Store", EXPIRING: "Expiring" });

const call = (...args) => objects.call(...args);

let suite = [0, 0];

/** The rows read, the rows written and the statements of each operation. The README has the rows. */
const BILLS = {
  "put, new": [0, 1, 1],
  "put, changed": [0, 1, 1],
  "put with an index, new": [0, 2, 2],
  "put with an index, same value": [1, 1, 2],
  "put with an index, other value": [3, 3, 4],
  "1,000 puts in a transaction": [0, 1000, 31],
  get: [1, 0, 1],
  "get, absent": [0, 0, 1],
  has: [1, 0, 1],
  "find by an index": [5, 0, 2],
  "scan of 1,000": [1098, 0, 11],
  "first of a scan": [16, 0, 1],
  "count of 1,000": [1001, 0, 1],
  delete: [2, 1, 2],
  "delete with an index": [5, 2, 5],
  "delete, absent": [0, 0, 1],
  "1,000 deletes by a range": [4082, 1000, 1020],
  "put of 3 MiB": [0, 4, 4],
  "put while a snapshot is open": [1, 1, 3],
  open: [3, 0, 3],
  "first get after an opening": [5, 0, 5],
};

test("the package's suite passes in an object", async () => {
  suite = await call("suite.suite", "suite");
  equal(suite[1], 0, "the number of failed tests");
});

test("what an object stores is there after a restart of the runtime", async () => {
  await call("store.a", "fill");
  const before = await call("store.a", "contents");
  equal([before.people, before.inBern, before.found, before.deleted, before.draft], [999, 334, "999", true, "milk"]);
  equal(before.files, [[3 << 20, 7], [0, 0], [(3 << 20) - 5, 9], [3, 2]]);
  await objects.restart();
  equal(await call("store.a", "contents"), before);
});

test("an object and other databases have the same digest, and move by an export", async () => {
  const { digest } = await call("store.a", "contents");
  for (const open of [() => Database.memory(), () => Database.fromBytes()]) {
    // The second one is redb, as in a browser.
    const filled = await open();
    fill(filled);
    equal(filled.digest(), digest, "the same data");
    const imported = await open();
    await imported.import(Uint8Array.from(await call("store.a", "export")));
    equal(contents(imported), await call("store.a", "contents"));
    imported.collection("more", { key: "string" }).put("a", {});
    equal(await call("store.b", "import", imported.export()), imported.digest());
    equal(await call("store.b", "contents"), contents(imported));
  }
  await objects.restart();
  equal((await call("store.b", "contents")).people, 999);
});

test("large values and long scans see one state", () => call("store.values", "values"));
test("an object has one open database", () => call("store.handles", "handles"));
test("errors of the storage are typed, and leave nothing of a transaction", () => call("store.errors", "errors"));

test("a crash in one object reaches no other, and loses nothing", async () => {
  await call("store.crash", "fill");
  await call("store.other", "fill");
  const before = await call("store.other", "contents");
  await call("store.crash", "crash");
  equal(await call("store.crash", "contents"), before);
  equal(await call("store.other", "contents"), before);
});

test("the rows billed for each operation do not grow", async () => {
  equal(await call("store.bills", "bills"), BILLS);
});

test("expired rows are evicted by the alarm that is set with them", async () => {
  const object = "expiring.a";
  const hour = 3_600_000;
  const first = await call(object, "put", JSON.stringify([2 * hour, hour, 3 * hour]));
  equal(first.alarm - first.now, hour, "the earliest");
  equal((await call(object, "put", JSON.stringify([5 * hour]))).alarm, first.alarm, "a later one changes nothing");
  ok(await call(object, "fail"), "a failed transaction sets no alarm");
  ok(await call(object, "collection"), "another index of the same name sets no alarm");
  await objects.restart();
  ok((await call(object, "state")).alarm !== null, "the alarm is stored");
  const soon = await call(object, "put", JSON.stringify([300]));
  equal(soon.alarm - soon.now, 300);
  let state;
  for (let wait = 0; wait < 100; wait++) {
    state = await call(object, "state");
    if (state.evictions > 0) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  equal([state.all, state.evictions], [4, 1]);
  ok(state.alarm > Date.now() + hour / 2, "the alarm is set for the next one");
});

try {
  const { failed, passed } = await runAll({});
  console.log(`${passed - 1 + suite[0]} passed, ${failed.length} failed`);
  process.exitCode = failed.length === 0 && suite[0] > 0 ? 0 : 1;
} finally {
  await objects.end();
}
