// A page in a headless Chromium, driven by its driver. It needs Node, a browser, and the driver by CHROMEDRIVER or on the
// PATH.

import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };
// Only an isolated page can share memory with its workers.
const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
const OPTIONS = path.join(path.dirname(fileURLToPath(import.meta.url)), "../webdriver.json");

/**
 * Serves the files in `folders`, opens the page `name`, and calls `body` with a function that runs a script in it. An error
 * of `body` is printed and fails the process. A script may take `limit` milliseconds.
 */
export async function inPage(folders, name, limit, body) {
  const server = await serve(folders);
  const { driver, url } = await startDriver();
  let session;
  try {
    const wanted = JSON.parse(await readFile(OPTIONS, "utf8"));
    const alwaysMatch = { "goog:chromeOptions": wanted["goog:chromeOptions"], timeouts: { script: limit } };
    const { sessionId } = await call(`${url}/session`, "POST", { capabilities: { alwaysMatch } });
    session = `${url}/session/${sessionId}`;
    await call(`${session}/url`, "POST", { url: `http://127.0.0.1:${server.address().port}/${name}` });
    // The script calls its last argument with its result.
    await body((script, ...args) => call(`${session}/execute/async`, "POST", { script, args }));
  } catch (error) {
    console.error(String(error));
    process.exitCode = 1;
  } finally {
    if (session) await call(session, "DELETE").catch(() => {});
    driver.removeAllListeners("exit");
    driver.kill();
    server.close();
  }
}

/** Serves files by name, from the first folder that has one. */
async function serve(folders) {
  const server = createServer(async (request, response) => {
    const name = path.basename(new URL(request.url, "http://localhost").pathname);
    for (const folder of folders) {
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
