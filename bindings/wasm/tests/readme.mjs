// Runs the examples of the package's README beside an installed `keyloft`, each alone. Its output must be that in its
// comments. TypeScript examples are checked, too. `node readme.mjs` runs those in memory and in Node's files, `node readme.mjs
// chromium` those in a browser's files.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { transformSync } from "esbuild";

import { equal, ok, runAll, test } from "./harness.js";

const here = dirname(fileURLToPath(import.meta.url));
const readme = readFileSync(join(here, "node_modules/keyloft/README.md"), "utf8");
const folder = mkdtempSync(join(here, "readme-"));

/** The text after a `console.log`, with the comment lines right behind it. */
function expected(code) {
  const lines = [];
  let logged = false;
  for (const line of code.split("\n")) {
    const [, log, comment] = /^\s*(console\.log\(.*\);)? ?\/\/ (.*)$/.exec(line) ?? [];
    logged = log !== undefined || (logged && comment !== undefined);
    if (logged) lines.push(comment);
  }
  return lines;
}

function node(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: here, encoding: "utf8" });
  ok(status === 0, `${stderr}${stdout}`);
  return stdout;
}

/** Runs a script in a tab, and returns its output. */
async function inTab(code) {
  const imports = JSON.stringify({ imports: { keyloft: "/keyloft/web/index.js" } });
  const script = `${code}\nglobalThis.through = true;`;
  writeFileSync(join(folder, "index.html"), `<!doctype html><link rel="icon" href="data:,"><script type="importmap">${imports}</script><script type="module">${script}</script>`);
  const { launch, serve } = await import("./browser/chromium.mjs");
  const server = await serve({ "/": folder, "/keyloft/": join(here, "node_modules/keyloft") });
  const browser = await launch();
  try {
    const page = await browser.open(`${server.url}/`);
    const through = () => page.evaluate(() => globalThis.through === true);
    while (!(await through()) && !page.log.some(({ level }) => level === "error")) await new Promise((resolve) => setTimeout(resolve, 50));
    return page.log.map(({ level, text }) => (level === "log" ? text : `${level}: ${text}`));
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Runs a script of Durable Objects: its class must have the methods that are called here. */
async function inObject(path) {
  const worker = `${path}.worker.js`;
  const calls = 'await object.write("milk", "two litres");\nawait object.signIn("1", "ada");';
  writeFileSync(worker, `export * from ${JSON.stringify(path)};\nexport default { async fetch(request, env) {\nconst object = env.TENANT.getByName("a");\n${calls}\nreturn new Response("done");\n} };`);
  const { ObjectRuntime } = await import("./durable-object/runtime.mjs");
  const objects = await ObjectRuntime.started(worker, { TENANT: "Tenant" });
  try {
    equal(await (await objects.fetch("http://object/")).text(), "done");
    return [];
  } finally {
    await objects.end();
  }
}

/** Checks a TypeScript example, and writes it as JavaScript. Returns the path. */
function compiled(path, code) {
  const options = "--ignoreConfig --noEmit --strict --target es2022 --module esnext --moduleResolution bundler --types";
  node("node_modules/typescript/bin/tsc", ...options.split(" "), "", path);
  writeFileSync(`${path}.mjs`, transformSync(code, { loader: "ts" }).code);
  return `${path}.mjs`;
}

const withFiles = process.argv[2] === "chromium";
const examples = [...readme.matchAll(/^```(js|ts)\n([^]*?)^```$/gm)].entries();
for (const [number, [, language, code]] of examples) {
  const inBrowser = code.includes('from "keyloft";') && !code.includes('from "node:');
  if (inBrowser !== withFiles) continue;
  test(`example ${number + 1}`, async () => {
    const path = join(folder, `${number}.${language === "ts" ? "ts" : "mjs"}`);
    writeFileSync(path, code);
    const script = language === "ts" ? compiled(path, code) : path;
    const logged = code.includes('from "cloudflare:workers"') ? await inObject(script) : withFiles ? await inTab(readFileSync(script, "utf8")) : node(script).split("\n").slice(0, -1);
    equal(logged, expected(code));
  });
}

try {
  const { failed } = await runAll(undefined);
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
