// What the package is made of: its engines, its entry points, and the runtimes that each is for.
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the bindings. */
export const HERE = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/**
 * The folder of the files that a page fetches beside the entry's script, which names them `keyloft/<file>`. The folder has the name
 * of the package, so that this is a path, and also what a bundler finds in the package after it has moved the script.
 */
export const BESIDE = "web/keyloft";

/** The file of each engine. */
export const ENGINES = {
  memory: `${BESIDE}/keyloft-memory.wasm`,
  persistent: `${BESIDE}/keyloft.wasm`,
  fast: "keyloft-node.wasm",
  object: "keyloft-object.wasm",
};

/** The file of the package's worker. */
export const WORKER = `${BESIDE}/worker.js`;

/** The engine of an entry in a runtime. Node loads the persistent one from a disk, so that speed comes before size. */
export const engineOf = (engine, runtime) => (engine === "persistent" && runtime === "node" ? "fast" : engine);

/** The largest that an engine may be, in bytes of gzip. */
export const BUDGET = { [ENGINES.memory]: 129 * 1024, [ENGINES.persistent]: 293 * 1024, [ENGINES.object]: 146 * 1024 };

/** The largest that all scripts of a page may be that imports an entry, in bytes of gzip. */
export const SCRIPTS = { "keyloft/memory": 34 * 1024, keyloft: 93 * 1024 };

/**
 * The entry points: `js/<name>.ts`, the path it is imported by, its engine, and the runtimes it is made for. An entry without an
 * engine works on the database of another one, and is one script for all runtimes.
 */
export const ENTRIES = [
  { name: "index", path: ".", engine: "persistent", runtimes: ["workerd", "edge-light", "node", "web"] },
  { name: "memory", path: "./memory", engine: "memory", runtimes: ["workerd", "edge-light", "node", "web"] },
  { name: "worker", path: "./worker", engine: "persistent", runtimes: ["web"], file: WORKER },
  { name: "durable-object", path: "./durable-object", engine: "object", runtimes: ["workerd"] },
  { name: "react", path: "./react", runtimes: ["any"] },
  { name: "tanstack", path: "./tanstack", runtimes: ["any"] },
  { name: "devtools", path: "./devtools", runtimes: ["any"] },
];

/** The packages that an application has if it imports the entry for them. */
export const PEERS = { react: ">=18" };

/** A program of the build's dependencies. */
export const bin = (name) => join(HERE, "node_modules/.bin", name);
