// Rollup, which leaves the package's other files where they are.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";

import { serve } from "../../browser/serve.mjs";
import { copyPackage } from "../package.mjs";

/** Returns the application on a page. */
export async function onPage({ app, out, html }) {
  const bundle = await rollup({ input: join(app, "page.js"), plugins: [nodeResolve({ browser: true })] });
  await bundle.write({ dir: out, format: "es" });
  await bundle.close();
  copyPackage(out);
  writeFileSync(join(out, "index.html"), html);
  return serve({ "/": out });
}
