// Builds one application by the tools that applications are built with, and runs it: `node bundlers/run.mjs [<text in a test's name>]`,
// beside an installed `keyloft`. Each shows the same data.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { Database } from "keyloft/memory";

import { begun, complaints, openApplication } from "../browser/application.mjs";
import { launch } from "../browser/chromium.mjs";
import { equal, ok, runAll, test } from "../harness.js";
import { visit } from "./app/visit.js";
import * as esbuild from "./tools/esbuild.mjs";
import * as jsdom from "./tools/jsdom.mjs";
import * as next from "./tools/next.mjs";
import * as none from "./tools/none.mjs";
import * as rollup from "./tools/rollup.mjs";
import * as vite from "./tools/vite.mjs";
import * as webpack from "./tools/webpack.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const app = join(here, "app");
const html = readFileSync(join(app, "index.html"), "utf8");
const expected = await visit(Database.memory());
const dist = join(here, "dist");
const chosen = process.argv[2] ?? "";
rmSync(dist, { recursive: true, force: true });
const browser = await launch();

/** Adds a test that has an empty folder, unless its name lacks the chosen text. */
function inPlace(name, body) {
  if (!name.includes(chosen)) return;
  test(name, async () => {
    const begin = performance.now();
    const out = join(dist, name.replaceAll(/\W+/g, "-"));
    mkdirSync(out, { recursive: true });
    await body({ app, out, html, expected });
    console.log(`${name}: ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  });
}

/** Adds a test of an application on a page. `start` makes it in a folder, and returns its server. `more` tests the server. */
function onPage(name, start, more = () => undefined) {
  inPlace(name, async (place) => {
    const server = await start(place);
    try {
      const page = await openApplication(browser, server.url);
      equal(await visited(page), expected, "the first visit");
      await page.reload();
      await begun(page);
      equal(await visited(page), { ...expected, found: 3 }, "the second visit");
      equal(await page.evaluate(() => globalThis.app.inMemory()), expected, "in memory");
      equal(complaints(page), []);
      await page.close();
      await more(server, place);
    } finally {
      await server.close();
    }
  });
}

/** Tests that a bundler has one copy of each engine. */
function engines(_, { out }) {
  equal(readdirSync(out, { recursive: true }).filter((name) => name.endsWith(".wasm")).length, 2, "engines");
}

/** Returns what the application shows. */
function visited(page) {
  return page.evaluate(() => globalThis.app.visited).catch((error) => {
    throw new Error(`${error.message}\n${page.log.map(({ text }) => text).join("\n")}`);
  });
}

for (const version of [5, 6, 7, 8]) {
  onPage(`Vite ${version} in development`, (place) => vite.developed(version, place));
  onPage(`Vite ${version}, built`, (place) => vite.built(version, place), engines);
}
onPage("webpack for a page", webpack.onPage, engines);
onPage("esbuild", esbuild.onPage);
onPage("Rollup", rollup.onPage);
onPage("a page without a bundler", none.onPage);
onPage("a page with scripts of another origin", none.fromElsewhere);

for (const bundler of ["turbopack", "webpack"]) {
  onPage(`Next with ${bundler}`, (place) => next.started(bundler, place), async ({ visited, paths }) => {
    equal(await visited("/"), expected, "a server component");
    equal(await visited("/"), { ...expected, found: 3 }, "a server component, again");
    for (const path of paths) equal(await visited(path), expected, path);
  });
}

inPlace("the tests of every runtime in a bundle of Vite", async (place) => {
  const server = await vite.built(8, place, join(here, "notes"));
  try {
    const page = await openApplication(browser, server.url);
    const shown = await page.evaluate(() => ({ ...document.body.dataset, notes: [...document.querySelectorAll("li")].map((item) => item.textContent) }));
    equal(shown, { best: "bread", refused: "UniqueViolation", notes: ["ada 2: bread", "ada 1: milk"] });
    const { passed, failed } = await page.evaluate(() => globalThis.app.runTests());
    ok(passed > 0, "none were run");
    equal(failed.map(({ name }) => name), []);
    const fetched = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    equal(fetched.filter((name) => name.endsWith(".wasm")).map((name) => /keyloft-memory/.test(name)), [true]);
    equal(complaints(page), []);
    await page.close();
  } finally {
    await server.close();
  }
});
inPlace("webpack for Node", async ({ app, out }) => {
  const program = await webpack.inNode({ app, out });
  const run = () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [program, join(out, "notes.redb")], { encoding: "utf8" });
    ok(status === 0, stderr);
    return JSON.parse(stdout);
  };
  equal(run(), { visited: expected, inMemory: expected });
  equal(run(), { visited: { ...expected, found: 3 }, inMemory: expected });
});
inPlace("Jest 29 with jsdom", (place) => jsdom.jest(29, place));
inPlace("Jest 30 with jsdom", (place) => jsdom.jest(30, place));
inPlace("Vitest with jsdom", (place) => jsdom.vitest(place));

try {
  const { failed } = await runAll(undefined);
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  await browser.close();
  if (process.exitCode === 0) rmSync(dist, { recursive: true, force: true });
}
