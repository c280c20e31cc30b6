// Prints what the package costs to download: `node build/sizes.mjs [<folder> [--no-budget]]`. Fails if an engine is over its
// budget, unless `--no-budget` is given.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { BUDGET, HERE } from "./entries.mjs";

const [path = "pkg", option] = process.argv.slice(2);
const folder = resolve(HERE, path);
const budgets = option === "--no-budget" ? {} : BUDGET;
const kb = (bytes) => (bytes === undefined ? "" : `${(bytes / 1024).toFixed(1)} KB`).padStart(10);
console.log(`${"file".padEnd(32)}${["plain", "gzip", "brotli", "budget"].map((title) => title.padStart(10)).join("")}`);
for (const name of readdirSync(folder, { recursive: true }).sort()) {
  if (!/\.(wasm|c?js)$/.test(name)) continue;
  const bytes = readFileSync(join(folder, name));
  const gzip = gzipSync(bytes, { level: 9 }).length;
  const budget = budgets[name];
  console.log(`${name.padEnd(32)}${[bytes.length, gzip, brotliCompressSync(bytes).length, budget].map(kb).join("")}`);
  if (gzip <= (budget ?? Infinity)) continue;
  console.error(`${name} is ${gzip - budget} bytes over its budget`);
  process.exitCode = 1;
}
