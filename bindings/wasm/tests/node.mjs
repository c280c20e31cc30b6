// Runs the tests in Node, beside an installed `keyloft`: `node node.mjs keyloft/memory require`.
import { createRequire } from "node:module";

import { runAll } from "./harness.js";
import "./suite/index.js";

const [entry = "keyloft/memory", how = "import"] = process.argv.slice(2);
const api = how === "require" ? createRequire(import.meta.url)(entry) : await import(entry);
console.log(`${entry}, by ${how}, Node ${process.version}`);
const { failed, passed } = await runAll(api);
process.exitCode = failed.length === 0 && passed > 0 ? 0 : 1;
