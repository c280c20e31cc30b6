// Prints what the package costs to download: `node build/sizes.mjs [<folder> [--no-budget]]`. Fails if an engine or the scripts of a
// page are over their budget, unless `--no-budget` is given.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { BUDGET, HERE, SCRIPTS } from "./entries.mjs";
import { pages } from "./page.mjs";

const [path = "pkg", option] = process.argv.slice(2);
const folder = resolve(HERE, path);
const kb = (bytes) => (bytes === undefined ? "" : `${(bytes / 1024).toFixed(1)} KB`).padStart(10);
const heading = (title) => console.log(`${title.padEnd(32)}${["plain", "gzip", "brotli", "budget"].map((title) => title.padStart(10)).join("")}`);

/** Prints the sizes of some files together. Each is compressed alone. */
function print(name, files, budget) {
  const sum = (size) => files.reduce((bytes, file) => bytes + size(file), 0);
  const gzip = sum((file) => gzipSync(file, { level: 9 }).length);
  console.log(`${name.padEnd(32)}${[sum(({ length }) => length), gzip, sum((file) => brotliCompressSync(file).length), budget].map(kb).join("")}`);
  if (option === "--no-budget" || gzip <= (budget ?? Infinity)) return;
  console.error(`${name}: ${gzip - budget} bytes over the budget`);
  process.exitCode = 1;
}

heading("file");
for (const name of readdirSync(folder, { recursive: true }).sort()) {
  if (/\.(wasm|c?js)$/.test(name)) print(name, [readFileSync(join(folder, name))], BUDGET[name]);
}
console.log();
heading("page");
for (const { entry, engine, scripts } of await pages(folder)) {
  print(`${entry}: scripts`, scripts, SCRIPTS[entry]);
  print(`${entry}: all`, [...scripts, readFileSync(join(folder, engine))], SCRIPTS[entry] + BUDGET[engine]);
}
