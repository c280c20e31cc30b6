// Runs a wasm32-wasip1 module: `node --no-warnings wasi-runner.mjs MODULE [ARGUMENT…]`.
//
// The module gets the arguments, the environment, and a new folder as `.` and `/`, which is removed afterwards. Its exit
// status becomes Node's. A trap, in which an aborting panic ends, gives 134.

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
// The running module doesn't refer to it: without this Node may collect it, and then aborts.
globalThis.wasi = wasi;

try {
  const module = new WebAssembly.Module(readFileSync(path));
  process.exitCode = wasi.start(new WebAssembly.Instance(module, wasi.getImportObject()));
} catch (error) {
  console.error(error);
  process.exitCode = 134;
}
