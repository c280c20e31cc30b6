// Bundles scripts for workerd as the runtime's own tools do it.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

/** The folder whose packages a script may import. */
const PACKAGES = join(dirname(fileURLToPath(import.meta.url)), "../node_modules");

/**
 * Bundles the script that these options of esbuild name. Returns its text, and the files of the engines that it imports as modules,
 * by their names.
 */
export async function bundled(options) {
  const engines = new Map();
  const engine = {
    name: "engine",
    setup: ({ onResolve }) =>
      onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
        const name = path.replace(/^.*\//, "");
        engines.set(name, readFileSync(join(resolveDir, path)));
        return { path: `./${name}`, external: true };
      }),
  };
  const { outputFiles } = await build({
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    nodePaths: [PACKAGES],
    plugins: [engine],
    write: false,
    ...options,
  });
  return { script: outputFiles[0].text, engines };
}
