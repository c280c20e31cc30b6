// The files that a page downloads: a minimal application, bundled and minified by esbuild, with the files that it fetches.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { build } from "esbuild";

import { ENGINES, WORKER } from "./entries.mjs";

const USE = `const notes = db.collection("notes", { key: "string" });
await notes.put("a", { text: "milk" });
document.body.textContent = (await notes.get("a")).text;`;

/** An application of each entry, and the files that it fetches. */
const PAGES = [
  {
    entry: "keyloft/memory",
    script: "memory",
    code: `import { Database, init } from "keyloft/memory";\nawait init();\nconst db = Database.memory();\n${USE}`,
    engine: ENGINES.memory,
    others: [],
  },
  {
    entry: "keyloft",
    script: "index",
    code: `import { Database } from "keyloft";\nconst db = await Database.open("notes");\n${USE}`,
    engine: ENGINES.persistent,
    others: [WORKER],
  },
];

/** Returns the scripts that a page of each entry downloads, as the bytes of each, and the path of its engine. */
export function pages(folder) {
  return Promise.all(
    PAGES.map(async ({ entry, script, code, engine, others }) => {
      const { outputFiles } = await build({
        stdin: { contents: code, resolveDir: folder },
        alias: { [entry]: join(folder, `web/${script}.js`) },
        bundle: true,
        minify: true,
        format: "esm",
        target: "es2022",
        write: false,
        logLevel: "warning",
      });
      return { entry, engine, scripts: [outputFiles[0].contents, ...others.map((path) => readFileSync(join(folder, path)))] };
    }),
  );
}
