// Runs the own suite of IPFS's datastores over Keyloft, beside an installed `keyloft`: `node adapter/datastore.mjs keyloft/memory`.
import { after, afterEach, before, beforeEach, describe, it } from "node:test";

import { KeyloftDatastore } from "./datastore.js";

const { Database } = await import(process.argv[2] ?? "keyloft/memory");

let passed = 0;
// As Mocha does, whose tests may set their time limit.
const counted = (name, test) =>
  it(name, async () => {
    await test.call({ timeout() {} });
    passed++;
  });
Object.assign(globalThis, { after, afterEach, before, beforeEach, describe, it: counted });
after(() => console.log(`${passed} passed`));
const { interfaceDatastoreTests } = await import("interface-datastore-tests");

describe("a datastore", () => {
  interfaceDatastoreTests({
    setup: () => new KeyloftDatastore(Database.memory(), "datastore"),
    teardown: (store) => store.database.close(),
  });
});
