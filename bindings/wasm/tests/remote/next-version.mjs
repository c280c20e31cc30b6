// Makes a copy of the package that speaks the next version of the messages between tabs.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const DECLARATION = "var VERSION = 1;";

/** Copies the installed package to a folder, which `remove` deletes. */
export function nextVersion(installed) {
  const folder = mkdtempSync(join(tmpdir(), "keyloft-next-"));
  cpSync(join(installed, "web"), join(folder, "web"), { recursive: true });
  for (const script of ["web/index.js", "web/keyloft/worker.js"]) {
    const text = readFileSync(join(folder, script), "utf8");
    if (text.split(DECLARATION).length !== 2) throw new Error(`${script} must have \`${DECLARATION}\` once`);
    writeFileSync(join(folder, script), text.replace(DECLARATION, "var VERSION = 2;"));
  }
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
