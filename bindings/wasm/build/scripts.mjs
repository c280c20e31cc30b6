// The package's scripts: for each entry an ES module for every runtime, and a CommonJS one for Node.
//
// Each is one file with all that it needs, and minified: an application has one entry, and its bundler then sees one engine's file. A
// source map with the sources is beside it.
import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";

import { build, transform } from "esbuild";

import { engineOf, ENGINES, ENTRIES, HERE, PEERS } from "./entries.mjs";
import { repeatable } from "./instances.mjs";

/** In CommonJS there is no `import.meta`. */
const HERE_URL = 'const __keyloft_url = require("node:url").pathToFileURL(__filename).href;';

/** Makes them of the sources and the glue of each engine. */
export async function bundle(glue, out) {
  for (const entry of ENTRIES) {
    for (const runtime of entry.runtimes) {
      await script(entry, runtime, glue, { outfile: join(out, entry.file ?? `${runtime}/${entry.name}.js`), format: "esm" });
    }
    if (!entry.runtimes.includes("node")) continue;
    await script(entry, "node", glue, {
      outfile: join(out, "node", `${entry.name}.cjs`),
      format: "cjs",
      banner: { js: HERE_URL },
      define: { "import.meta.url": "__keyloft_url" },
    });
  }
}

/** The path of an engine, as an entry's script names it. */
function engineFile({ name, engine, file }, runtime) {
  const path = ENGINES[engineOf(engine, runtime)];
  return runtime === "web" ? relative(dirname(file ?? `web/${name}.js`), path) : `../${path}`;
}

/** The files of each runtime's databases. */
const FILES = { web: "web", node: "node", workerd: "none", "edge-light": "none" };

async function script(entry, runtime, glue, { define, ...options }) {
  const { name, engine } = entry;
  const file = engine === undefined ? "" : engineFile(entry, runtime);
  await build({
    absWorkingDir: HERE,
    entryPoints: [join(HERE, `js/${name}.ts`)],
    bundle: true,
    target: "es2022",
    legalComments: "none",
    minify: true,
    sourcemap: true,
    logLevel: "warning",
    external: ["*.wasm", "*.wasm?module", "node:*", ...Object.keys(PEERS)],
    alias: engine === undefined ? BROWSER : {
      "keyloft-host": join(HERE, "js/engine/callbacks.ts"),
      "keyloft-glue-memory": join(glue.memory, "keyloft_wasm.js"),
      "keyloft-glue-persistent": join(glue[engineOf("persistent", runtime)], "keyloft_wasm.js"),
      "keyloft-files": join(HERE, `js/files/${FILES[runtime]}.ts`),
      "keyloft-opening": join(HERE, `js/remote/opening/${runtime === "web" ? "tabs" : "threads"}.ts`),
      "keyloft-platform": join(HERE, `js/platform/${runtime}.ts`),
      "keyloft-worker": join(HERE, `js/files/web/worker/${name === "worker" ? "within" : "beside"}.ts`),
    },
    inject: runtime === "node" ? [join(HERE, "js/platform/text.ts")] : [],
    // As a literal, which is what bundlers look for in `new URL(…, import.meta.url)`.
    define: { ...define, ENGINE_FILE: JSON.stringify(file) },
    plugins: [engineModule(runtime === "edge-light" ? `${file}?module` : file), componentStyles, objectGlue(join(glue.object, "keyloft_wasm.js"))],
    ...options,
  });
  nameSources(`${options.outfile}.map`);
}

/** Names the sources in a script's map as the repository does. The paths of the build are of no use to others. */
function nameSources(path) {
  const map = JSON.parse(readFileSync(path, "utf8"));
  const inTree = (source) => relative(HERE, resolve(dirname(path), source));
  map.sources = map.sources.map((source) => (source.includes(":") || inTree(source).startsWith("..") ? `glue/${basename(source)}` : inTree(source)));
  writeFileSync(path, JSON.stringify(map));
}

/** The parts of the page that the developer tools are made of. */
const BROWSER = { "keyloft-browser": join(HERE, "demo/src/browser.ts"), keyloft: join(HERE, "js/devtools/values.ts") };

/** The page's styles for the parts of it, in the order in which the page has them. */
const STYLES = ["theme", "frame", "controls", "sidebar", "view", "grid", "states", "feed", "status", "component"];

/** The page's styles as a text for a component, whose root is not that of a page. */
const componentStyles = {
  name: "component-styles",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^keyloft-styles$/ }, ({ path }) => ({ path, namespace: "styles" }));
    onLoad({ filter: /^/, namespace: "styles" }, async () => {
      const sheets = STYLES.map((name) => readFileSync(join(HERE, `demo/src/styles/${name}.css`), "utf8"));
      const text = sheets.join("\n").replaceAll(":root", ":host").replace("html,\nbody {", ":host {").replace("body {", ":host {");
      const { code } = await transform(text, { loader: "css", minify: true });
      return { contents: `export default ${JSON.stringify(code)};`, loader: "js" };
    });
  },
};

/** The engine's file as a module to import, where the runtime has that. */
function engineModule(file) {
  return {
    name: "engine-module",
    setup: ({ onResolve }) => onResolve({ filter: /^keyloft-wasm-file$/ }, () => ({ path: file, external: true })),
  };
}

/** The glue of the engine for Durable Objects, of which each object has an instance. */
function objectGlue(path) {
  return {
    name: "object-glue",
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /^keyloft-glue-object$/ }, () => ({ path, namespace: "keyloft-glue-object" }));
      onLoad({ filter: /.*/, namespace: "keyloft-glue-object" }, () => ({
        contents: repeatable(readFileSync(path, "utf8")),
        resolveDir: dirname(path),
      }));
    },
  };
}
