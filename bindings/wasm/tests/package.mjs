// The package as others see it: `node package.mjs keyloft.tgz`, where it is installed. What its package.json promises is
// there, is found by every kind of user, and its types are right.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const tarball = process.argv[2];
const checks = [
  ["publint", tarball, "--strict"],
  // The engines' files have no types, the worker is no CommonJS, and resolvers that know no `exports` find nothing.
  ["attw", tarball, "--profile", "node16", "--exclude-entrypoints", "worker", "keyloft.wasm", "keyloft-memory.wasm"],
  ["tsc", "-p", "types/tsconfig.json"],
  ["tsc", "-p", "types/tsconfig.node.json"],
  ["tsc", "-p", "vite/tsconfig.json"],
  ["tsc", "-p", "remote/types/tsconfig.json"],
];
let failed = 0;
for (const [program, ...args] of checks) {
  const { status } = spawnSync(join(here, "node_modules/.bin", program), args, { cwd: here, stdio: "inherit" });
  if (status === 0) continue;
  console.error(`FAILED ${program} ${args.join(" ")}`);
  failed++;
}
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
