// Runs the tests in Node, with the installed package: `node node.mjs memory` in a folder that has `keyloft`.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

import { runAll } from "./harness.js";
import "./suite/index.js";

const [entry = "keyloft/memory", how = "import"] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${process.cwd()}/x.js`));
const api = how === "require" ? require(entry) : await import(pathToFileURL(require.resolve(entry, { conditions: new Set(["node", "import"]) })).href);
console.log(`${entry}, by ${how}, Node ${process.version}`);
const { failed, passed } = await runAll(api);
process.exitCode = failed.length === 0 && passed > 0 ? 0 : 1;
