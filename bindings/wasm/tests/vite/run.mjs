// Bundles the applications with Vite, and runs them in Chromium: `node vite/run.mjs`, beside an installed `keyloft`.
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "vite";

import { launch, serve } from "../browser/chromium.mjs";
import { equal, ok, runAll, test } from "../harness.js";

const root = dirname(fileURLToPath(import.meta.url));
const outDir = join(root, "dist");
await build({
  root,
  configFile: false,
  logLevel: "warn",
  base: "./",
  worker: { format: "es" },
  build: { outDir, target: "es2022", rolldownOptions: { input: ["index.html", "durable.html"].map((name) => join(root, name)) } },
});

const server = await serve({ "/": outDir });
const browser = await launch();
try {
  const page = await browser.open(`${server.url}/`);
  await page.evaluate(async () => {
    while (globalThis.app === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  test("each engine is bundled once, and only the used one is fetched", async () => {
    const engines = readdirSync(outDir, { recursive: true }).filter((name) => name.endsWith(".wasm"));
    equal(engines.length, 2, engines.join(", "));
    const fetched = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    equal(fetched.filter((name) => name.endsWith(".wasm")).map((name) => /keyloft-memory/.test(name)), [true]);
  });
  test("the application shows its stored data", async () => {
    const shown = await page.evaluate(() => [...document.querySelectorAll("li")].map((item) => item.textContent));
    equal(shown, ["ada 2: bread", "ada 1: milk"]);
    equal(await page.evaluate(() => ({ ...document.body.dataset })), { best: "bread", refused: "UniqueViolation" });
  });
  test("the tests of every runtime pass in the bundle", async () => {
    const { passed, failed } = await page.evaluate(() => globalThis.app.runTests());
    ok(passed > 0, "none were run");
    equal(failed.map(({ name }) => name), []);
    console.log(`${passed} tests of the package passed in ${await browser.version()}`);
  });
  test("data in files is there after a reload", async () => {
    const tab = await browser.open(`${server.url}/durable.html`);
    const visits = () =>
      tab.evaluate(async () => {
        while (document.body.dataset.visits === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
        return document.body.dataset.visits;
      });
    equal(await visits(), "1 of 1");
    await tab.reload();
    equal(await visits(), "2 of 2");
    equal(tab.log, []);
  });
  test("the console shows no warnings or errors", () => {
    equal(page.log.filter(({ level }) => level === "error" || level === "warning"), []);
  });
  const { failed } = await runAll(undefined);
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  await browser.close();
  await server.close();
  rmSync(outDir, { recursive: true });
}
