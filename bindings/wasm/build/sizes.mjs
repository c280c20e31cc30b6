// What the package costs to download: `node build/sizes.mjs [<folder>]`. Fails if an engine is over its budget.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { BUDGET, HERE } from "./entries.mjs";

const folder = resolve(HERE, process.argv[2] ?? "pkg");
const kb = (bytes) => (bytes === undefined ? "" : `${(bytes / 1024).toFixed(1)} KB`).padStart(10);
console.log(`${"file".padEnd(22)}${["plain", "gzip", "brotli", "budget"].map((title) => title.padStart(10)).join("")}`);
for (const name of readdirSync(folder, { recursive: true }).sort()) {
  if (!/\.(wasm|c?js)$/.test(name)) continue;
  const bytes = readFileSync(join(folder, name));
  const gzip = gzipSync(bytes, { level: 9 }).length;
  const budget = BUDGET[name];
  console.log(`${name.padEnd(22)}${[bytes.length, gzip, brotliCompressSync(bytes).length, budget].map(kb).join("")}`);
  if (gzip <= (budget ?? Infinity)) continue;
  console.error(`${name} is ${gzip - budget} bytes over its budget`);
  process.exitCode = 1;
}
