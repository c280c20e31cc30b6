// Makes a copy of the package that speaks the next version of the messages between tabs.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The sending of a message, which names the variable of the version. */
const SENDING = /\{\.\.\.[\w$]+,version:([\w$]+)\}/;

/** Copies the installed package to a folder, which `remove` deletes. */
export function nextVersion(installed) {
  const folder = mkdtempSync(join(tmpdir(), "keyloft-next-"));
  cpSync(join(installed, "web"), join(folder, "web"), { recursive: true });
  for (const script of ["web/index.js", "web/keyloft/worker.js"]) {
    const text = readFileSync(join(folder, script), "utf8");
    const [, name] = SENDING.exec(text) ?? [];
    const parts = text.split(new RegExp(`(?<![\\w$.])${name?.replaceAll("$", "\\$")}=1(?=[,;])`));
    if (parts.length !== 2) throw new Error(`${script} must have its version of the messages once`);
    writeFileSync(join(folder, script), parts.join(`${name}=2`));
  }
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
