// Runs a wasm32-wasip1 module: `node --no-warnings wasi-runner.mjs MODULE [ARGUMENT…]`.
//
// The module gets the arguments, the environment, and an empty folder of its own as `.` and `/`, which is removed
// afterwards. Its exit status becomes Node's. A trap, which is how a panic that aborts ends, gives 134.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { WASI } from "node:wasi";

const [path, ...args] = process.argv.slice(2);
if (path === undefined) {
  console.error("usage: node wasi-runner.mjs MODULE [ARGUMENT...]");
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "keyloft-wasi-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const wasi = new WASI({
  version: "preview1",
  args: [basename(path), ...args],
  env: process.env,
  preopens: { ".": folder },
});
// Nothing in the running module refers to it: without this Node may collect it meanwhile, and aborts.
globalThis.wasi = wasi;

try {
  const module = new WebAssembly.Module(readFileSync(path));
  process.exitCode = wasi.start(new WebAssembly.Instance(module, wasi.getImportObject()));
} catch (error) {
  console.error(error);
  process.exitCode = 134;
}
