// Runs the conformance suite in a Durable Object of workerd: `node drive.mjs <glue of the example `suite`> <folder with miniflare and
// esbuild installed>`.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { repeatable } from "../../../../bindings/wasm/build/instances.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [glue, tools] = process.argv.slice(2).map((path) => resolve(path));
const require = createRequire(join(tools, "package.json"));
const { build } = require("esbuild");
const { Miniflare } = require("miniflare");

const worker = await build({
  entryPoints: [join(here, "object.js")],
  bundle: true,
  format: "esm",
  write: false,
  external: ["cloudflare:*", "*.wasm"],
  plugins: [
    {
      name: "glue",
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^glue$/ }, () => ({ path: join(glue, "suite.js") }));
        onLoad({ filter: /suite\.js$/ }, ({ path }) => ({ contents: repeatable(readFileSync(path, "utf8")), resolveDir: glue }));
      },
    },
  ],
});
const modules = [
  { type: "ESModule", path: "worker.js", contents: worker.outputFiles[0].text },
  { type: "CompiledWasm", path: "suite.wasm", contents: readFileSync(join(glue, "suite_bg.wasm")) },
];
const folder = mkdtempSync(join(tmpdir(), "keyloft-suite-"));
let runtime;
let failed = 0;
try {
  const start = () =>
    new Miniflare({
      modules,
      compatibilityDate: "2025-05-05",
      durableObjects: { SUITE: { className: "Suite", useSQLite: true } },
      durableObjectsPersist: folder,
    });
  const ask = async (path) => (await runtime.dispatchFetch(`http://object${path}`)).json();
  runtime = start();
  const cases = await ask("/cases");
  const groups = new Map(cases.map((name) => [groupOf(name), []]));
  for (const name of cases) groups.get(groupOf(name)).push(name);
  let run = 0;
  for (const names of groups.values()) {
    for (const [name, problem] of await ask(`/run?cases=${names}`)) {
      failed++;
      console.log(`FAILED ${name}\n${problem}`);
    }
    // In the middle, the runtime ends, and another one takes over its storage.
    if (run < cases.length / 2 && run + names.length >= cases.length / 2) {
      await ask("/keep");
      await runtime.dispose();
      runtime = start();
      const kept = await ask("/kept");
      if (kept !== "kept") {
        failed++;
        console.log(`FAILED a restart of the runtime loses what was committed: ${kept}`);
      }
    }
    run += names.length;
  }
  console.log(`${run + 1 - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && run > 0 ? 0 : 1;
} finally {
  await runtime?.dispose();
  rmSync(folder, { recursive: true });
}

function groupOf(name) {
  return name.split("::")[0];
}
