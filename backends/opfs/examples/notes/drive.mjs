// node drive.mjs FOLDER: uses the example's page, with the module from FOLDER, as a visitor does.

import assert from "node:assert/strict";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { inPage } from "../../tests/chromium.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const built = process.argv[2];
if (!built) throw new Error("the folder of wasm-bindgen's module is missing: pass it as the argument");

// Waits until the page shows a text, and returns all that it shows then.
const SHOWS = `
  const [text, done] = arguments;
  const look = () => {
    const shown = document.body.innerText;
    if (shown.includes(text)) done(shown);
    else setTimeout(look, 20);
  };
  look();
`;
const ADD = `
  document.querySelector("input").value = arguments[0];
  document.querySelector("form").requestSubmit();
  arguments[1]();
`;
const CRASH = `document.querySelector("button[type=button]").click(); arguments[0]();`;
const RELOAD = `setTimeout(() => location.reload(), 0); arguments[0]();`;

await inPage([here, built], "index.html", 20_000, async (run) => {
  await run(SHOWS, "0 notes");
  for (const note of ["milk", "bread"]) await run(ADD, note);
  assert.match(await run(SHOWS, "2 notes"), /bread\s+milk/);

  // After a crash another worker has the database, and nothing is lost.
  await run(CRASH);
  assert.match(await run(SHOWS, "another one has taken over"), /2 notes/);
  await run(ADD, "butter");
  await run(SHOWS, "3 notes");

  // The notes outlive the page.
  await run(RELOAD);
  await new Promise((done) => setTimeout(done, 500));
  assert.match(await run(SHOWS, "3 notes"), /butter\s+bread\s+milk/);
  console.log("3 notes survived a crash of the worker and a new page");
});
