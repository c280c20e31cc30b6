// Runs the tests in workerd, beside an installed `keyloft`: `node runtimes/workerd.mjs keyloft/memory`. The scripts are
// bundled as the runtime's own tools do it, with the engine's file as a module of its own.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

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
      for (const call of [Database.open("app"), Database.openDirect("app"), Database.list(), Database.exists("app"), Database.delete("app"), Database.download("app")]) {
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

/** The imported files of the engines, beside the script. */
const engines = [];
const engine = {
  name: "engine",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
      const name = path.replace(/^.*\//, "");
      copyFileSync(join(resolveDir, path), join(folder, name));
      engines.push(name);
      return { path: `./${name}`, external: true };
    }),
};

try {
  await build({
    stdin: { contents: worker, resolveDir: join(here, "..") },
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    outfile: join(folder, "worker.js"),
    plugins: [engine],
  });
  const modules = [
    `(name = "worker.js", esModule = embed "worker.js")`,
    ...engines.map((name) => `(name = "${name}", wasm = embed "${name}")`),
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
