// The installed package.
import { cpSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder. */
export const INSTALLED = dirname(fileURLToPath(import.meta.resolve("keyloft/package.json")));

/** Copies the files that a page fetches to the folder `keyloft` beside the scripts. */
export function copyPackage(to) {
  cpSync(join(INSTALLED, "web/keyloft"), join(to, "keyloft"), { recursive: true });
}
