// Runs the tests in a browser: `node drive.mjs <folder of an installed keyloft> chromium`, or `firefox`.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [folder, name] = process.argv.slice(2);
if (name === undefined) throw new Error("usage: node drive.mjs <folder of an installed keyloft> chromium|firefox");
const installed = resolve(folder);
const { launch, serve } = await import(`./${name}.mjs`);

const { exports, version } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
const entry = (path) => `/keyloft/${exports[path].default.replace("./", "")}`;
const [keyloft, memory] = [entry("."), entry("./memory")];
const SUITE = ["/suite/index.js"];

const server = await serve({ "/": resolve(here, ".."), "/keyloft/": installed });
const elsewhere = await serve({ "/keyloft/": installed });

/** The tests: each runs in a tab of its own, or in a worker of that tab. */
const JOBS = [
  { name: "keyloft/memory on a page", entry: memory, files: SUITE },
  { name: "keyloft/memory in a worker", entry: memory, files: SUITE, inWorker: true },
  { name: "keyloft on a page, in memory", entry: keyloft, files: SUITE },
  { name: "keyloft in a worker, in files", entry: keyloft, files: SUITE, inWorker: true, onFiles: true },
  { name: "files in a worker", entry: keyloft, files: ["/browser/files.js"], inWorker: true },
  { name: "staged transactions in a worker", entry: keyloft, files: ["/browser/staged.js"], inWorker: true },
  { name: "files on a page", entry: keyloft, files: ["/browser/page-files.js"] },
  { name: "files on a page, with scripts of another origin", entry: `${elsewhere.url}${keyloft}`, files: ["/browser/elsewhere.js"] },
];

const browser = await launch();
let all = 0;
try {
  console.log(`keyloft ${version} in ${await browser.version()}`);
  for (const job of JOBS) {
    const page = await browser.open(`${server.url}/browser/page.html`);
    const { passed, failed } = await page.evaluate((job) => run(job), job).catch((error) => ({ passed: 0, failed: [error.message] }));
    all += passed;
    console.log(`${job.name}: ${passed} of ${passed + failed.length} tests`);
    if (failed.length > 0 || passed === 0) {
      process.exitCode = 1;
      console.error(`  ${failed.join("\n  ")}`);
      for (const { level, text } of page.log) console.error(`  ${level}: ${text.replaceAll("\n", "\n  ")}`);
    }
    await page.close();
  }
  if (!process.exitCode) console.log(`${all} passed, 0 failed`);
} finally {
  await browser.close();
  await server.close();
  await elsewhere.close();
}
