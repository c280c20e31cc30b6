// Makes the npm package of what cargo and wasm-bindgen have made: `node build.mjs <glue of the memory build>
// <glue of the persistent build> <version>`, each glue a folder with keyloft_wasm.js and keyloft_wasm_bg.wasm.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const [memory, persistent, version] = process.argv.slice(2);
const out = join(here, "pkg");
const bin = (name) => join(here, "node_modules/.bin", name);

/** The largest that the engine may be, in bytes of gzip. */
const BUDGET = { "keyloft-memory.wasm": 90 * 1024, "keyloft.wasm": 250 * 1024 };

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const entries = {
  memory: { glue: memory, wasm: "keyloft-memory.wasm" },
  ...(persistent === "-" ? {} : { index: { glue: persistent, wasm: "keyloft.wasm" } }),
};

for (const { glue, wasm } of Object.values(entries)) {
  // The features are those the file says it uses.
  execFileSync(bin("wasm-opt"), ["-Oz", "--strip-debug", "--strip-producers", join(glue, "keyloft_wasm_bg.wasm"), "-o", join(out, wasm)]);
}

const alias = {
  "keyloft-host": join(here, "js/host.ts"),
  "keyloft-glue-memory": join(memory, "keyloft_wasm.js"),
  "keyloft-glue-persistent": join(persistent, "keyloft_wasm.js"),
};
const common = {
  absWorkingDir: here,
  bundle: true,
  target: "es2022",
  legalComments: "none",
  minifySyntax: true,
  logLevel: "warning",
  external: ["*.wasm", "node:fs"],
};
const inputs = Object.keys(entries).map((name) => ({ in: join(here, `js/${name}.ts`), out: name }));

for (const platform of ["node", "web"]) {
  await build({
    ...common,
    entryPoints: inputs,
    outdir: join(out, platform),
    format: "esm",
    splitting: true,
    chunkNames: "shared-[hash]",
    alias: { ...alias, "keyloft-platform": join(here, `js/platform/${platform}.ts`) },
  });
}
for (const input of inputs) {
  await build({
    ...common,
    entryPoints: [input],
    outdir: join(out, "node"),
    outExtension: { ".js": ".cjs" },
    format: "cjs",
    define: { "import.meta.url": "__filename_url" },
    banner: { js: 'const __filename_url = require("node:url").pathToFileURL(__filename).href;' },
    alias: { ...alias, "keyloft-platform": join(here, "js/platform/node.ts") },
  });
  const { wasm } = entries[input.out];
  await build({
    ...common,
    entryPoints: [input],
    outdir: join(out, "workerd"),
    format: "esm",
    alias: { ...alias, "keyloft-platform": join(here, "js/platform/workerd.ts") },
    plugins: [
      {
        name: "wasm-file",
        setup: (build) =>
          build.onResolve({ filter: /^keyloft-wasm-file$/ }, () => ({ path: `../${wasm}`, external: true })),
      },
    ],
  });
}

execFileSync(bin("tsc"), ["-p", here, "--noEmit", "false", "--emitDeclarationOnly", "--declaration", "--outDir", join(out, "types")]);
for (const name of Object.keys(entries)) {
  // The same types for `require`: what is in a .d.ts is what an ES module has.
  const types = readFileSync(join(out, `types/${name}.d.ts`), "utf8");
  writeFileSync(join(out, `types/${name}.d.cts`), types);
}

const file = (entry, path) => ({
  types: { require: `./types/${entry}.d.cts`, default: `./types/${entry}.d.ts` },
  ...path,
});
const conditions = (entry) => ({
  types: { require: `./types/${entry}.d.cts`, default: `./types/${entry}.d.ts` },
  workerd: `./workerd/${entry}.js`,
  node: { import: `./node/${entry}.js`, require: `./node/${entry}.cjs` },
  browser: `./web/${entry}.js`,
  default: `./web/${entry}.js`,
});
void file;

writeFileSync(
  join(out, "package.json"),
  `${JSON.stringify(
    {
      name: "keyloft",
      version,
      description: "Typed entity storage for JavaScript, in memory and durable in the browser: the same stores and the same file as in Rust",
      keywords: ["database", "embedded", "wasm", "opfs", "key-value", "redb", "typescript", "local-first"],
      license: "MIT OR Apache-2.0",
      type: "module",
      sideEffects: ["./workerd/*"],
      exports: {
        ...("index" in entries ? { ".": conditions("index") } : {}),
        "./memory": conditions("memory"),
        "./keyloft.wasm": "./keyloft.wasm",
        "./keyloft-memory.wasm": "./keyloft-memory.wasm",
        "./package.json": "./package.json",
      },
      engines: { node: ">=20" },
    },
    null,
    2,
  )}\n`,
);
copyFileSync(join(here, "README.md"), join(out, "README.md"));
for (const license of ["LICENSE-APACHE", "LICENSE-MIT"]) copyFileSync(resolve(here, "../..", license), join(out, license));

let over = false;
const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`.padStart(9);
console.log("\nfile                        plain      gzip    brotli    budget");
for (const name of readdirSync(out, { recursive: true, withFileTypes: false }).sort()) {
  if (!/\.(wasm|js|cjs)$/.test(name)) continue;
  const bytes = readFileSync(join(out, name));
  const gzip = gzipSync(bytes, { level: 9 }).length;
  const budget = BUDGET[name];
  console.log(`${name.padEnd(24)}${kb(bytes.length)} ${kb(gzip)} ${kb(brotliCompressSync(bytes).length)} ${budget ? kb(budget) : ""}`);
  if (budget !== undefined && gzip > budget) over = true;
}
void [renameSync, statSync];
if (over) {
  console.error("\nThe engine is larger than its budget.");
  process.exitCode = 1;
}
