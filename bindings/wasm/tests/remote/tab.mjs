// Opens the tabs of the tests in the browser that the script is given, `chromium` or `firefox`, with an installed
// `keyloft` beside them.
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

/** Opens a tab. Its scripts find the package as `keyloft`. */
export async function tab(from = server, inPrivate = false, query = "") {
  const page = await browser.open(`${from.url}/index.html${query}`, inPrivate);
  opened.push(page);
  await page.evaluate(() => globalThis.ready);
  return page;
}

/** Opens a tab, and the database as `db` in it. */
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

/** Returns the code of the error of opening, or `"opened"`, and the time that it took, in milliseconds. */
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
/** Returns the code alone. */
export const refused = async (...args) => (await opening(...args)).code;

/** Waits until the condition holds in the tab, for at most a minute. */
export const until = (page, condition) =>
  page.evaluate(async (condition) => {
    const holds = new Function(`return ${condition}`);
    for (const end = performance.now() + 60_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 10))) {
      if (performance.now() > end) throw new Error(`${condition} never came true: ${globalThis.events?.map(({ type }) => type)}`);
    }
  }, condition);

/** Runs the tests, and sets the exit code. */
export async function run() {
  const { failed, passed } = await runAll(undefined);
  if (failed.length > 0) {
    // Firefox logs the messages of all tabs in each.
    for (const { level, text } of new Set(opened.flatMap((page) => page.log))) if (level === "error") console.log(text);
  }
  await end();
  process.exitCode = failed.length === 0 && passed > 0 ? 0 : 1;
}

/** Ends the browser and the server. */
export async function end() {
  await browser.close();
  await server.close();
  next.remove();
}
