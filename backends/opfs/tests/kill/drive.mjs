// node drive.mjs FOLDER: opens the page of this folder, with the module from FOLDER, in a headless browser.

import path from "node:path";
import { fileURLToPath } from "node:url";

import { inPage } from "../chromium.mjs";

const ROUNDS = 16;
const LIMIT = 240_000;

const here = path.dirname(fileURLToPath(import.meta.url));
const built = process.argv[2];
if (!built) throw new Error("the folder of wasm-bindgen's module is missing: pass it as the argument");

await inPage([here, built], "page.html", LIMIT, async (run) => {
  const script = "const done = arguments[1]; run(arguments[0]).then(done, (error) => done(String(error)));";
  const log = await run(script, ROUNDS);
  if (typeof log === "string") throw new Error(log);
  console.log(
    `${2 * ROUNDS} workers killed: ${log.inside} inside of one of ${log.transactions} transactions, ${log.interrupted} ` +
      `before their database was there; the lock of a killed one was gone after ${Math.ceil(log.waited)} ms at most`,
  );
  if (log.inside === 0) throw new Error("no worker was killed inside of a transaction: nothing was tested");
});
