// Vite, by its versions: the development server, and the build.
import { join } from "node:path";

import { serve } from "../../browser/serve.mjs";
import { freePort } from "../free-port.mjs";

/** The package of a version. */
const installed = (version) => (version === 8 ? "vite" : `vite${version}`);

/** Returns the application from the development server. */
export async function developed(version, { app, out }) {
  const { createServer } = await import(installed(version));
  const server = await createServer({ root: app, configFile: false, logLevel: "warn", cacheDir: join(out, "cache"), server: { port: await freePort(), host: "127.0.0.1", strictPort: true } });
  await server.listen();
  return { url: server.resolvedUrls.local[0], close: () => server.close() };
}

/** Returns the application as it is built. */
export async function built(version, { app, out }, root = app) {
  const { build } = await import(installed(version));
  await build({ root, configFile: false, logLevel: "warn", base: "./", build: { outDir: out, target: "es2022", emptyOutDir: true } });
  return serve({ "/": out });
}
