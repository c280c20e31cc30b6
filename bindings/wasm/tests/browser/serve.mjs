// Serves the tests' pages on loopback.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
};

/**
 * Serves folders on loopback. `folders` maps the prefixes of paths, each with its slash, to folders. Setting `gone` on
 * the result makes every file 404. The path `/never` gets no answer, and `/cleared` clears the site's data.
 */
export async function serve(folders) {
  const site = { gone: false };
  const prefixes = Object.keys(folders).sort((a, b) => b.length - a.length);
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname === "/never") return;
    if (pathname === "/cleared") {
      response.writeHead(200, { "clear-site-data": '"storage"' }).end();
      return;
    }
    const path = decodeURIComponent(pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    const prefix = prefixes.find((prefix) => path.startsWith(prefix));
    const file = prefix === undefined ? undefined : normalize(path.slice(prefix.length));
    const body =
      file === undefined || file.startsWith(`..${sep}`)
        ? undefined
        : await readFile(join(folders[prefix], file)).catch(() => undefined);
    if (body === undefined || site.gone) response.writeHead(404).end();
    else {
      const type = TYPES[extname(path)] ?? "application/octet-stream";
      // A sandboxed frame has no origin, so it could import nothing else.
      response.writeHead(200, { "content-type": type, "access-control-allow-origin": "*" }).end(body);
    }
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return Object.assign(site, {
    url: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
