// Runs the tests in workerd, beside an installed `keyloft`: `node runtimes/workerd.mjs keyloft/memory`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { bundled } from "./bundle.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const entry = process.argv[2] ?? "keyloft/memory";
const folder = mkdtempSync(join(tmpdir(), "keyloft-workerd-"));

/** The compatibility dates, which decide what a worker may use. Before the second there are no weak references. */
const DATES = ["2024-09-01", "2025-05-05"];

const worker = `
  import * as api from ${JSON.stringify(entry)};
  import { rejects, runAll, test } from "./harness.js";
  import "./suite/index.js";

  if (api.Database.open !== undefined) {
    test("a runtime without files says so", async ({ Database }) => {
      for (const call of [Database.open("app"), Database.openDirect("app"), Database.list(), Database.exists("app"), Database.delete("app"), Database.download("app"), Database.persist()]) {
        await rejects(api, "StorageUnavailable", call);
      }
      const db = await Database.openMemory();
      await db.close();
    });
  }

  export default {
    async test() {
      const { passed, failed } = await runAll(api);
      if (failed.length > 0 || passed === 0) throw new Error("not all tests passed");
    },
  };
`;

try {
  const { script, engines } = await bundled({ stdin: { contents: worker, resolveDir: join(here, "..") } });
  writeFileSync(join(folder, "worker.js"), script);
  for (const [name, bytes] of engines) writeFileSync(join(folder, name), bytes);
  const modules = [
    `(name = "worker.js", esModule = embed "worker.js")`,
    ...[...engines.keys()].map((name) => `(name = "${name}", wasm = embed "${name}")`),
  ];
  const services = DATES.map(
    (date) => `(name = "${date}", worker = (compatibilityDate = "${date}", modules = [${modules.join(", ")}]))`,
  );
  const config = `
    using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (services = [${services.join(", ")}]);
  `;
  writeFileSync(join(folder, "config.capnp"), config);
  const workerd = join(here, "../node_modules/.bin/workerd");
  process.exitCode = spawnSync(workerd, ["test", join(folder, "config.capnp")], { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
