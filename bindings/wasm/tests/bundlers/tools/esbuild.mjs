// esbuild, which leaves the package's other files where they are.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { build } from "esbuild";

import { serve } from "../../browser/serve.mjs";
import { copyPackage } from "../package.mjs";

/** Returns the application on a page. */
export async function onPage({ app, out, html }) {
  await build({ entryPoints: [join(app, "page.js")], outdir: out, bundle: true, splitting: true, format: "esm", minify: true, logLevel: "warning" });
  copyPackage(out);
  writeFileSync(join(out, "index.html"), html);
  return serve({ "/": out });
}
