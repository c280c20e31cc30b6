// Files in Deno without the right to run other programs: Deno's lock takes their place.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import * as api from "keyloft";

import { ok, rejects, runAll, test } from "../harness.js";

test("a file is locked without the right to run programs", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "keyloft-files-"));
  const at = path.join(folder, "app.redb");
  ok(spawnSync("true").status !== 0, "this program must not be able to run others");
  const db = await api.Database.openDirect(at);
  await rejects(api, "DatabaseLocked", api.Database.openDirect(at, { wait: 0 }));
  db.close();
  (await api.Database.openDirect(at, { wait: 0 })).close();
  fs.rmSync(folder, { recursive: true });
});

const { failed, passed } = await runAll(api);
process.exitCode = failed.length === 0 && passed > 0 ? 0 : 1;
