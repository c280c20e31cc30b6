// Runs `abstract-level`'s own suite over Keyloft, beside an installed `keyloft`: `node adapter/test.mjs keyloft/memory`.
import { createRequire } from "node:module";

import test from "tape";

import { KeyloftLevel } from "./level.js";

const { Database } = await import(process.argv[2] ?? "keyloft/memory");

let passed = 0;
let failed = 0;
let name = "";
test.createStream({ objectMode: true }).on("data", (told) => {
  if (told.type === "test") ({ name } = told);
  if (told.type !== "assert") return;
  if (told.ok) {
    passed++;
  } else {
    failed++;
    console.error(`FAILED ${name}: ${told.name}`, told.error ?? { actual: told.actual, expected: told.expected });
  }
});
test.onFinish(() => {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
});

createRequire(import.meta.url)("abstract-level/test")({
  test,
  factory: (options) => new KeyloftLevel(Database.memory(), "level", options),
});
