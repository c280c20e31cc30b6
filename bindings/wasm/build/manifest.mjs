// The package's package.json.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { ENGINES, ENTRIES, PEERS } from "./entries.mjs";

const REPOSITORY = "https://github.com/keyloft/keyloft";

/** Writes it. */
export function writeManifest(version, out) {
  const manifest = {
    name: "keyloft",
    version,
    description: "Typed entity storage, durable in the browser, Node, Deno, Bun and Durable Objects, in memory anywhere: the same stores and the same file as in Rust",
    keywords: ["database", "embedded", "wasm", "opfs", "key-value", "redb", "typescript", "local-first"],
    license: "MIT OR Apache-2.0",
    repository: { type: "git", url: `git+${REPOSITORY}.git`, directory: "bindings/wasm" },
    homepage: `${REPOSITORY}/tree/main/bindings/wasm#readme`,
    bugs: `${REPOSITORY}/issues`,
    type: "module",
    // The worker is imported for what it does.
    sideEffects: ["./web/worker.js"],
    exports: {
      ...Object.fromEntries(ENTRIES.map((entry) => [entry.path, conditions(entry)])),
      ...Object.fromEntries(Object.values(ENGINES).map((file) => [`./${file}`, `./${file}`])),
      "./package.json": "./package.json",
    },
    files: ["any", "node", "web", "workerd", "types", "*.wasm", "LICENSE-*"],
    engines: { node: ">=20" },
    peerDependencies: PEERS,
    peerDependenciesMeta: Object.fromEntries(Object.keys(PEERS).map((name) => [name, { optional: true }])),
  };
  writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Where each kind of user finds an entry; the first that fits is taken. */
function conditions({ name, runtimes }) {
  if (runtimes.includes("any")) return { types: `./types/${name}.d.ts`, default: `./any/${name}.js` };
  const paths = {
    workerd: `./workerd/${name}.js`,
    node: { import: `./node/${name}.js`, require: `./node/${name}.cjs` },
    web: `./web/${name}.js`,
  };
  return {
    types: runtimes.includes("node") ? { require: `./types/${name}.d.cts`, default: `./types/${name}.d.ts` } : `./types/${name}.d.ts`,
    ...Object.fromEntries(runtimes.filter((runtime) => runtime !== "web").map((runtime) => [runtime, paths[runtime]])),
    ...(runtimes.includes("web") ? { browser: paths.web, default: paths.web } : { default: paths[runtimes[0]] }),
  };
}
