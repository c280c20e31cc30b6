// The tabs of the tests beside this one, in the browser that the script was told: `chromium` or `firefox`. An installed
// `keyloft` is beside them.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { runAll } from "../harness.js";
import { nextVersion } from "./next-version.mjs";

export const [, , browserName] = process.argv;
if (browserName === undefined) throw new Error(`usage: node ${process.argv[1]} chromium|firefox`);
const { launch, serve } = await import(`../browser/${browserName}.mjs`);
const installed = dirname(fileURLToPath(import.meta.resolve("keyloft/package.json")));
const next = nextVersion(installed);
/** Serves the page, the package, and the package of the next version. */
export const serveAll = () =>
  serve({ "/": join(dirname(fileURLToPath(import.meta.url)), "page"), "/keyloft/": installed, "/keyloft-next/": next.folder });
export const server = await serveAll();
const browser = await launch();
const opened = [];

/** A tab; what it evaluates has the package as `keyloft`, and what it keeps as `kept`. */
export async function tab(from = server, inPrivate = false, query = "") {
  const page = await browser.open(`${from.url}/index.html${query}`, inPrivate);
  opened.push(page);
  await page.evaluate(() => globalThis.ready);
  return page;
}

/** A tab that has opened the database, as `db`. */
export async function open(name, options = {}, from = server, inPrivate = false) {
  const page = await tab(from, inPrivate);
  await page.evaluate(
    async (name, options) => {
      globalThis.db = await keyloft.Database.open(name, options);
    },
    name,
    options,
  );
  return page;
}

/** The code of the error that opening gives, or `"opened"`, and how long that took, in milliseconds. */
export const opening = (page, name, options = {}) =>
  page.evaluate(
    async (name, options) => {
      const start = performance.now();
      const code = await keyloft.Database.open(name, options).then(
        () => "opened",
        (error) => (error instanceof keyloft.KeyloftError ? error.code : String(error)),
      );
      return { code, took: performance.now() - start };
    },
    name,
    options,
  );
/** The same, without the time. */
export const refused = async (...args) => (await opening(...args)).code;

/** Waits until the condition holds in the tab; long, but not for ever. */
export const until = (page, condition) =>
  page.evaluate(async (condition) => {
    const holds = new Function(`return ${condition}`);
    for (const end = performance.now() + 60_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 10))) {
      if (performance.now() > end) throw new Error(`${condition} never came true: ${globalThis.events?.map(({ type }) => type)}`);
    }
  }, condition);

/** Runs the tests, and ends the program as they ended. */
export async function run() {
  const { failed, passed } = await runAll(undefined);
  if (failed.length > 0) {
    // What Firefox tells is in the log of each tab that was open.
    for (const { level, text } of new Set(opened.flatMap((page) => page.log))) if (level === "error") console.log(text);
  }
  await browser.close();
  await server.close();
  next.remove();
  process.exitCode = failed.length === 0 && passed > 0 ? 0 : 1;
}
