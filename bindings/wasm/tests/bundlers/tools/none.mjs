// A page without a bundler, and one whose scripts come from another origin.
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { serve } from "../../browser/serve.mjs";
import { INSTALLED } from "../package.mjs";

/** Returns the application with the package on the same origin. */
export async function onPage({ app, out, html }) {
  cpSync(app, out, { recursive: true });
  writeFileSync(join(out, "index.html"), withImports(html, "/keyloft"));
  return serve({ "/": out, "/keyloft/": INSTALLED });
}

/** Returns the application with the package on another origin. */
export async function fromElsewhere({ app, out, html }) {
  const elsewhere = await serve({ "/keyloft/": INSTALLED });
  cpSync(app, out, { recursive: true });
  writeFileSync(join(out, "index.html"), withImports(html, `${elsewhere.url}/keyloft`));
  const { url, close } = await serve({ "/": out });
  return { url, close: () => Promise.all([close(), elsewhere.close()]) };
}

function withImports(html, folder) {
  const imports = { keyloft: `${folder}/web/index.js`, "keyloft/memory": `${folder}/web/memory.js` };
  return html.replace("<body>", `<body><script type="importmap">${JSON.stringify({ imports })}</script>`);
}
