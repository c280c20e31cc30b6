// The package's package.json.
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { ENGINES, ENTRIES, PEERS, WORKER } from "./entries.mjs";

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
    sideEffects: [`./${WORKER}`],
    exports: {
      ...Object.fromEntries(ENTRIES.map((entry) => [entry.path, conditions(entry)])),
      ...Object.fromEntries([...Object.values(ENGINES), WORKER].map((file) => [`./${basename(file)}`, `./${file}`])),
      "./package.json": "./package.json",
    },
    files: ["any", "edge-light", "node", "web", "workerd", "types", "*.wasm", "LICENSE-*"],
    engines: { node: ">=20" },
    peerDependencies: PEERS,
    peerDependenciesMeta: Object.fromEntries(Object.keys(PEERS).map((name) => [name, { optional: true }])),
  };
  writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The runtimes at the edge, as their bundlers name them. */
const AT_THE_EDGE = ["workerd", "edge-light"];

/**
 * Where each kind of user finds an entry; the first that fits is taken. Those with `browser` that take CommonJS alone are test runners
 * in Node that imitate a browser. Bundlers take modules.
 */
function conditions({ name, runtimes, file }) {
  if (runtimes.includes("any")) return { types: `./types/${name}.d.ts`, default: `./any/${name}.js` };
  const [web, node] = [`./${file ?? `web/${name}.js`}`, { import: `./node/${name}.js`, require: `./node/${name}.cjs` }];
  const has = (runtime) => runtimes.includes(runtime);
  return {
    types: has("node") ? { require: `./types/${name}.d.cts`, default: `./types/${name}.d.ts` } : `./types/${name}.d.ts`,
    ...Object.fromEntries(AT_THE_EDGE.filter(has).map((runtime) => [runtime, `./${runtime}/${name}.js`])),
    ...(has("node") && { node }),
    ...(has("web") && { browser: has("node") ? { module: web, require: node.require, default: web } : web }),
    default: has("web") ? web : `./${runtimes[0]}/${name}.js`,
  };
}
