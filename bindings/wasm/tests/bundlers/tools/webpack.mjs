// webpack, for a page and for Node.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import webpack from "webpack";

import { serve } from "../../browser/serve.mjs";

/** Returns the application on a page. */
export async function onPage({ app, out, html }) {
  await compile({ entry: join(app, "page.js"), output: { path: out, filename: "page.js" } });
  writeFileSync(join(out, "index.html"), html);
  return serve({ "/": out });
}

/** Returns the path of the application for Node. */
export async function inNode({ app, out }) {
  await compile({ target: "node", entry: join(app, "program.js"), output: { path: out, filename: "program.cjs" } });
  return join(out, "program.cjs");
}

function compile(options) {
  return new Promise((resolve, reject) => {
    webpack({ mode: "production", performance: { hints: false }, optimization: { minimize: false }, ...options }, (error, stats) => {
      if (error) reject(error);
      else if (stats.hasErrors() || stats.hasWarnings()) reject(new Error(stats.toString({ preset: "errors-warnings" })));
      else resolve();
    });
  });
}
