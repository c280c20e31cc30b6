// The package's types: what the compiler says of the sources, for `import` and for `require`.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { bin, ENTRIES, HERE } from "./entries.mjs";

/** `Symbol.dispose` is named in them, and not every project has its types. */
const LIBRARY = '/// <reference lib="esnext.disposable" />\n';

/** A class, up to the brace on a line of its own. */
const CLASS = /^((?:export )?declare (?:abstract )?class .*\{\n)([^]*?)^\}$/gm;

/** The path of another file of types, without its extension. */
const IMPORT = /((?:from|import\() ?")(\.[^"]*)\.js"/g;

/** Writes those that the entries need. */
export function declare(out) {
  const emitted = mkdtempSync(join(tmpdir(), "keyloft-types-"));
  try {
    execFileSync(bin("tsc"), ["-p", HERE, "--noEmit", "false", "--emitDeclarationOnly", "--declaration", "--outDir", emitted], { stdio: "inherit" });
    const wanted = new Set(ENTRIES.map(({ name }) => name));
    // A set goes on with what is added meanwhile.
    for (const name of wanted) {
      const source = readFileSync(join(emitted, `${name}.d.ts`), "utf8");
      for (const [, , path] of source.matchAll(IMPORT)) wanted.add(join(dirname(name), path));
      const types = (ENTRIES.some((entry) => entry.name === name) ? LIBRARY : "") + sealed(source);
      const to = join(out, "types", name);
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(`${to}.d.ts`, types);
      // A CommonJS module may not name the types of an ES module, which are what a .d.ts holds here.
      writeFileSync(`${to}.d.cts`, types.replace(IMPORT, '$1$2.cjs"'));
    }
  } finally {
    rmSync(emitted, { recursive: true });
  }
}

/** A class whose constructor is internal would have that of no arguments. */
function sealed(types) {
  return types.replace(CLASS, (all, head, body) =>
    /^ +(?:(?:private|protected) )?constructor\(/m.test(body) ? all : `${head}    protected constructor();\n${body}}`,
  );
}
