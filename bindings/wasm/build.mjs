// Makes the npm package's folder of what cargo and wasm-bindgen have made: `node build.mjs <glue of the memory
// build> <glue of the persistent build> <glue of the fast build> <glue of the build for Durable Objects> <version> [<folder>]`, each
// glue a folder of wasm-bindgen's `--target web`. Beside these folders it writes what the functions of the optimized engines are.
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { optimize } from "./build/engine.mjs";
import { BESIDE, ENGINES, HERE } from "./build/entries.mjs";
import { writeManifest } from "./build/manifest.mjs";
import { bundle } from "./build/scripts.mjs";
import { declare } from "./build/types.mjs";

const [memory, persistent, fast, object, version, folder = "pkg"] = process.argv.slice(2);
if (version === undefined) throw new Error("usage: node build.mjs <memory glue> <persistent glue> <fast glue> <object glue> <version> [<folder>]");
const out = resolve(HERE, folder);
const glue = { memory: resolve(memory), persistent: resolve(persistent), fast: resolve(fast), object: resolve(object) };

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, BESIDE), { recursive: true });
for (const [engine, file] of Object.entries(ENGINES)) {
  const module = join(glue[engine], "keyloft_wasm_bg.wasm");
  // Its size doesn't count, and the names of its functions are useful in the stack of a crash.
  if (engine === "fast") copyFileSync(module, join(out, file));
  else optimize(module, join(out, file), `${join(dirname(glue[engine]), basename(file))}.symbols`);
}
await bundle(glue, out);
declare(out);
writeManifest(version, out);
copyFileSync(join(HERE, "README.md"), join(out, "README.md"));
for (const license of ["LICENSE-APACHE", "LICENSE-MIT"]) copyFileSync(resolve(HERE, "../..", license), join(out, license));
