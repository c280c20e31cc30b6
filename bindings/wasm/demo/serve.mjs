// Serves the built page on this machine alone: `node serve.mjs [<folder>] [--port <number>]`.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join, normalize, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".tsv": "text/tab-separated-values; charset=utf-8",
  ".wasm": "application/wasm",
};

const { values, positionals } = parseArgs({ options: { port: { type: "string", default: "4173" } }, allowPositionals: true });
const folder = resolve(positionals[0] ?? join(dirname(fileURLToPath(import.meta.url)), "dist"));
const port = Number(values.port);

/** The file of a request, if there is one: never one outside of the folder. */
async function find(url) {
  const { pathname } = new URL(url, "http://localhost");
  const file = join(folder, normalize(decodeURIComponent(pathname.endsWith("/") ? `${pathname}index.html` : pathname)));
  if (!file.startsWith(folder + sep)) return undefined;
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ? { file, size: found.size } : undefined;
}

const server = createServer(async (request, response) => {
  const found = await find(request.url).catch(() => undefined);
  if (found === undefined) return response.writeHead(404, { "content-type": "text/plain" }).end("There is nothing here.\n");
  const type = TYPES[extname(found.file)] ?? "application/octet-stream";
  response.writeHead(200, { "content-type": type, "content-length": found.size, "cache-control": "no-cache" });
  createReadStream(found.file).pipe(response);
});
server.once("error", (error) => {
  console.error(error.code === "EADDRINUSE" ? `port ${port} is taken: name another with --port` : String(error));
  process.exitCode = 1;
});
server.listen(port, "127.0.0.1", () => console.log(`The page is at http://127.0.0.1:${server.address().port}/  (Ctrl+C ends it)`));
