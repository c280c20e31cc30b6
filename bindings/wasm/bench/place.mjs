// The places of databases in files.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Returns a path in a new folder, and a function that deletes the folder. */
export function place() {
  const folder = mkdtempSync(join(tmpdir(), "keyloft-bench-"));
  return [join(folder, "db"), () => rmSync(folder, { recursive: true })];
}
