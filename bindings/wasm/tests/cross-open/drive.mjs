// One database file, opened natively and in Chromium, and back: `node drive.mjs <folder of an installed keyloft>
// <the program cross_open>`. The program is the example of `tests/cross-target`.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { launch, serve } from "../browser/chromium.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [folder, program] = process.argv.slice(2);
if (program === undefined) throw new Error("usage: node drive.mjs <folder of an installed keyloft> <the program cross_open>");
const installed = resolve(folder);

const { exports } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
const entry = `/keyloft/${exports["."].default.replace("./", "")}`;
const native = (...args) => execFileSync(resolve(program), args, { encoding: "utf8" }).trim();

const files = mkdtempSync(join(tmpdir(), "keyloft-cross-open-"));
const server = await serve({ "/": resolve(here, ".."), "/keyloft/": installed, "/files/": files });
const browser = await launch();
try {
  const written = native("write", join(files, "native.redb"));
  const page = await browser.open(`${server.url}/browser/page.html`);
  const there = await page.evaluate((entry) => import("/cross-open/page.js").then(({ there }) => there(entry, "/files/native.redb")), entry);
  if (there.found !== written) throw new Error(`the digest is ${written} natively and ${there.found} in the browser`);
  const returned = Object.entries(there.files);
  for (const [name, base64] of returned) {
    const file = join(files, `${name}.redb`);
    writeFileSync(file, Buffer.from(base64, "base64"));
    const digest = native("check", file);
    if (digest !== there.left) throw new Error(`${name}: the digest is ${there.left} in the browser and ${digest} natively`);
    console.log(`${name}: ${digest}, in the browser and natively`);
  }
  // The files that were written natively, and those that came back.
  console.log(`${1 + returned.length} passed, 0 failed`);
} catch (error) {
  console.error(String(error.stderr ?? error.stack ?? error));
  process.exitCode = 1;
} finally {
  await browser.close();
  await server.close();
  rmSync(files, { recursive: true, force: true });
}
