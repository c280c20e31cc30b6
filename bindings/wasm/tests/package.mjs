// Checks the installed package as its users see it: `node package.mjs keyloft.tgz`. The files that its package.json names
// exist, every kind of resolver finds them, and the types are right.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const tarball = process.argv[2];
const ENGINES = ["keyloft.wasm", "keyloft-memory.wasm", "keyloft-node.wasm", "keyloft-object.wasm"];
const checks = [
  ["publint", tarball, "--strict"],
  // The engines' files have no types, the worker, the objects' entry and the entries for frameworks are not CommonJS, and resolvers
  // without `exports` find nothing.
  ["attw", tarball, "--profile", "node16", "--exclude-entrypoints", "worker", "worker.js", "durable-object", "react", "tanstack", "devtools", ...ENGINES],
  ["tsc", "-p", "types/tsconfig.json"],
  ["tsc", "-p", "types/tsconfig.node.json"],
  ["tsc", "-p", "bundlers/notes/tsconfig.json"],
  ["tsc", "-p", "remote/types/tsconfig.json"],
];
let failed = 0;
for (const [program, ...args] of checks) {
  const { status } = spawnSync(join(here, "node_modules/.bin", program), args, { cwd: here, stdio: "inherit" });
  if (status === 0) continue;
  console.error(`FAILED ${program} ${args.join(" ")}`);
  failed++;
}
// The paths of the build machine must not be in the package.
const { CARGO_HOME, RUSTUP_HOME } = process.env;
const homes = [homedir(), CARGO_HOME, RUSTUP_HOME].filter((home) => home && home !== "/").map((home) => `${home}/`);
for (const engine of ENGINES) {
  const bytes = readFileSync(fileURLToPath(import.meta.resolve(`keyloft/${engine}`)));
  const named = homes.find((home) => bytes.includes(home));
  if (named === undefined) continue;
  console.error(`FAILED ${engine} names files in ${named}`);
  failed++;
}
// The registry links to the sources with these.
const { repository, homepage, bugs } = JSON.parse(readFileSync(fileURLToPath(import.meta.resolve("keyloft/package.json")), "utf8"));
if (repository?.directory !== "bindings/wasm" || ![repository.url, homepage, bugs].every((url) => url?.includes("github.com/keyloft/keyloft"))) {
  console.error("FAILED package.json does not say where the sources are");
  failed++;
}
console.log(`${checks.length + ENGINES.length + 1 - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
