// Bundles the sources for the tests: both ends of a connection, and the engine in memory.
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const bindings = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Writes the bundle of `ends.ts` with the glue of the persistent build. */
export function bundle(glue, outfile) {
  return build({
    absWorkingDir: bindings,
    entryPoints: [join(bindings, "tests/remote/ends.ts")],
    bundle: true,
    format: "esm",
    target: "es2022",
    outfile,
    logLevel: "warning",
    external: ["*.wasm", "node:*"],
    alias: {
      "keyloft-host": join(bindings, "js/engine/callbacks.ts"),
      "keyloft-glue-persistent": join(glue, "keyloft_wasm.js"),
      "keyloft-files": join(bindings, "js/files/web.ts"),
      "keyloft-opening": join(bindings, "js/remote/opening/tabs.ts"),
      "keyloft-platform": join(bindings, "js/platform/node.ts"),
      "keyloft-worker": join(bindings, "js/files/web/worker/beside.ts"),
    },
    define: { ENGINE_FILE: JSON.stringify(`file://${join(glue, "keyloft_wasm_bg.wasm")}`) },
  });
}
