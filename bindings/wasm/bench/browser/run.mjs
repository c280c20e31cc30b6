// Stores on a browser's private files side by side, in Chromium: `node run.mjs <installed keyloft> [--quick] [--json FILE]`,
// with sqlite-wasm installed beside it. The stores take turns in each round, and the median counts.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { launch, serve } from "../../tests/browser/chromium.mjs";
import { Report } from "../report.mjs";
import { N, ROWS } from "./rows.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false }, json: { type: "string" } },
});
const [folder] = positionals;
if (folder === undefined) throw new Error("usage: node run.mjs <installed keyloft> [--quick] [--json FILE]");
const keyloft = resolve(folder);
const sqlite = resolve(keyloft, "../@sqlite.org/sqlite-wasm");
const packageOf = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const entry = packageOf(keyloft).exports["."].browser.replace("./", "");
const paths = { keyloft: `/keyloft/${entry}`, sqlite: "/sqlite/dist/index.mjs" };
const ROUNDS = options.quick ? 3 : 9;

/** Tables without indexes, and with those of Keyloft's users. */
const TABLES = [
  { indexed: false, label: (row) => row },
  { indexed: true, label: (row) => `users: ${row}` },
];
/** Keyloft must be ahead of SQLite where both are used in the same way. */
const TARGETS = { keyloft: 1 };

const here = dirname(fileURLToPath(import.meta.url));
const server = await serve({ "/": resolve(here, ".."), "/keyloft/": keyloft, "/sqlite/": sqlite });
const browser = await launch({ flags: ["--js-flags=--expose-gc"] });
const report = new Report(options.json);
let page;
try {
  console.log(`keyloft ${packageOf(keyloft).version} beside sqlite-wasm ${packageOf(sqlite).version} in ${await browser.version()}`);
  page = await browser.open(`${server.url}/browser/page.html`);
  for (const { indexed, label } of TABLES) {
    const names = await page.evaluate((...args) => begin(...args), paths, indexed);
    for (const row of ROWS) {
      const times = names.map(() => []);
      for (let round = 0; round <= ROUNDS; round++) {
        for (let turn = 0; turn < names.length; turn++) {
          const place = (round + turn) % names.length;
          const took = await page.evaluate((...args) => turn(...args), names[place], row.row, round);
          // The first round warms up.
          if (round > 0) times[place].push((took * 1e6) / row.operations);
        }
      }
      const stores = names.map((name, i) => ({ name, target: TARGETS[name], times: times[i] }));
      report.row(label(row.label), N, stores);
    }
    await page.evaluate(() => end());
  }
  report.end();
} catch (error) {
  for (const { level, text } of page?.log ?? []) console.error(`${level}: ${text}`);
  throw error;
} finally {
  await browser.close();
  await server.close();
}
