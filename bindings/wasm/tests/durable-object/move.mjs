// Moves data from a Durable Object to a database of Chromium, and back: `node durable-object/move.mjs <folder of an installed keyloft>`.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { launch, serve } from "../browser/chromium.mjs";
import { equal, runAll, test } from "../harness.js";
import { ObjectRuntime } from "./runtime.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const installed = resolve(process.argv[2]);
const { exports } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
const entry = `/keyloft/${exports["."].default.replace("./", "")}`;

const files = mkdtempSync(join(tmpdir(), "keyloft-moved-"));
const objects = await ObjectRuntime.started(join(here, "objects.js"), { SUITE: "Suite", STORE: "Store", EXPIRING: "Expiring" });
const server = await serve({ "/": resolve(here, ".."), "/keyloft/": installed, "/files/": files });
const browser = await launch();

test("data moves between an object and a browser's files, and keeps its digest", async () => {
  await objects.call("store.a", "fill");
  const there = await objects.call("store.a", "contents");
  writeFileSync(join(files, "export"), Uint8Array.from(await objects.call("store.a", "export")));
  const page = await browser.open(`${server.url}/browser/page.html`);
  const moved = await page.evaluate((entry) => import("/durable-object/page.js").then(({ moved }) => moved(entry, "/files/export")), entry);
  equal(moved.found, there);
  equal(moved.shared, moved.found.digest, "in a database that tabs share");
  equal(await objects.call("store.b", "import", Buffer.from(moved.left, "base64")), moved.changed.digest);
  equal(await objects.call("store.b", "contents"), moved.changed);
});

try {
  const { failed, passed } = await runAll({});
  process.exitCode = failed.length === 0 && passed > 0 ? 0 : 1;
} finally {
  await browser.close();
  await server.close();
  await objects.end();
  rmSync(files, { recursive: true });
}
