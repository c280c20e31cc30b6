// node drive.mjs FOLDER: opens the page of this folder, with the module from FOLDER, in a headless browser.
// It needs Node, a browser, and the browser's driver by CHROMEDRIVER or on the PATH.

import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROUNDS = 16;
const LIMIT = 240_000;
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };
// Only an isolated page can share memory with its workers.
const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

const here = path.dirname(fileURLToPath(import.meta.url));
const built = process.argv[2];
if (!built) throw new Error("the folder of wasm-bindgen's module is missing: pass it as the argument");

/** Serves files by name, from this folder or the module's. */
async function serve() {
  const server = createServer(async (request, response) => {
    const name = path.basename(new URL(request.url, "http://localhost").pathname);
    for (const folder of [here, built]) {
      const body = await readFile(path.join(folder, name)).catch(() => undefined);
      if (body) {
        response.writeHead(200, { "content-type": TYPES[path.extname(name)] ?? "text/plain", ...ISOLATED });
        return response.end(body);
      }
    }
    response.writeHead(404).end();
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

/** Starts the driver on a port of its choice. */
async function startDriver() {
  const driver = spawn(process.env.CHROMEDRIVER ?? "chromedriver", ["--port=0"]);
  const port = await new Promise((done, fail) => {
    let said = "";
    driver.on("error", fail);
    driver.on("exit", (code) => fail(new Error(`the driver ended with ${code}: ${said}`)));
    driver.stdout.on("data", (text) => {
      said += text;
      const found = /started successfully on port (\d+)/.exec(said);
      if (found) done(found[1]);
    });
  });
  return { driver, url: `http://127.0.0.1:${port}` };
}

async function call(url, method, body) {
  const response = await fetch(url, { method, body: body && JSON.stringify(body) });
  const { value } = await response.json();
  if (value?.error) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

const server = await serve();
const { driver, url } = await startDriver();
let session;
try {
  const wanted = JSON.parse(await readFile(path.join(here, "../../webdriver.json"), "utf8"));
  const alwaysMatch = { "goog:chromeOptions": wanted["goog:chromeOptions"], timeouts: { script: LIMIT } };
  const { sessionId } = await call(`${url}/session`, "POST", { capabilities: { alwaysMatch } });
  session = `${url}/session/${sessionId}`;
  await call(`${session}/url`, "POST", { url: `http://127.0.0.1:${server.address().port}/page.html` });
  const script = "const done = arguments[1]; run(arguments[0]).then(done, (error) => done(String(error)));";
  const log = await call(`${session}/execute/async`, "POST", { script, args: [ROUNDS] });
  if (typeof log === "string") throw new Error(log);
  console.log(
    `${2 * ROUNDS} workers killed: ${log.inside} inside of one of ${log.transactions} transactions, ${log.interrupted} ` +
      `before their database was there; the lock of a killed one was gone after ${Math.ceil(log.waited)} ms at most`,
  );
  if (log.inside === 0) throw new Error("no worker was killed inside of a transaction: nothing was tested");
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
} finally {
  if (session) await call(session, "DELETE").catch(() => {});
  driver.removeAllListeners("exit");
  driver.kill();
  server.close();
}
