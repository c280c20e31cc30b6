// Durable Objects in workerd, from scripts that import an installed `keyloft`.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { Miniflare } from "miniflare";

/** The folder whose packages a script may import. */
const PACKAGES = join(dirname(fileURLToPath(import.meta.url)), "../node_modules");

/** Bundles a script as the runtime's own tools do it, with the engine's file as a module of its own. Returns the modules. */
export async function bundled(script) {
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
    entryPoints: [script],
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    nodePaths: [PACKAGES],
    plugins: [engine],
    write: false,
  });
  return [
    { type: "ESModule", path: "worker.js", contents: outputFiles[0].text },
    ...[...engines].map(([path, contents]) => ({ type: "CompiledWasm", path, contents })),
  ];
}

/** Starts a runtime with the objects of these classes, which `bindings` names, and keeps their storage in a folder. */
export async function started(modules, bindings, folder, options = {}) {
  const classes = Object.entries(bindings).map(([binding, className]) => [binding, { className, useSQLite: true }]);
  const runtime = new Miniflare({
    modules,
    compatibilityDate: "2025-05-05",
    durableObjects: Object.fromEntries(classes),
    durableObjectsPersist: folder,
    ...options,
  });
  await runtime.ready;
  return runtime;
}
