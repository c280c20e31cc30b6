// Both ends of a connection in Node: `node --expose-gc remote/node.mjs <glue of the persistent build>`. It bundles the
// sources of this tree.
import { mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { tmpdir } from "node:os";
import { pathToFileURL } from "node:url";

import { runAll } from "../harness.js";
import { bundle } from "./bundle.mjs";
import "./suite/api.js";
import "./suite/everything.js";
import "./suite/calls.js";
import "./suite/transactions.js";
import "./suite/connection.js";
import "./suite/messages.js";

const glue = process.argv[2];
if (glue === undefined) throw new Error("usage: node remote/node.mjs <glue of the persistent build>");
const folder = mkdtempSync(join(tmpdir(), "keyloft-remote-"));
let status = 1;
try {
  const file = join(folder, "ends.mjs");
  await bundle(resolve(glue), file);
  const { failed, passed } = await runAll(await import(pathToFileURL(file)));
  if (failed.length === 0 && passed > 0) status = 0;
} finally {
  rmSync(folder, { recursive: true });
}
// A test that failed may have left a channel open, which would keep this program running.
process.exit(status);
