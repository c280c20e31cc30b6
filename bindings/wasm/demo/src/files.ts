// The database as a file: downloaded, uploaded from a native program, and emptied.

import { type AsyncDatabase, Database } from "keyloft";

import { ask, facts } from "./dialog";
import { grouped, h, size } from "./dom";
import type { Status } from "./status";

/** Downloads the database's file, which a native program opens. */
export async function download(db: AsyncDatabase, name: string): Promise<number> {
  const bytes = await db.file();
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: "application/octet-stream" }));
  h("a", { attrs: { href: url, download: `${name}.redb` } }).click();
  // The download has read the bytes by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return bytes.length;
}

/** Asks the user for a file. Returns nothing if none was chosen. */
export function choose(): Promise<File | undefined> {
  return new Promise((resolve) => {
    const input = h("input", { attrs: { type: "file", accept: ".redb,application/octet-stream" } });
    input.addEventListener("change", () => resolve(input.files?.[0]));
    input.addEventListener("cancel", () => resolve(undefined));
    input.click();
  });
}

/**
 * Replaces the database by a file, after a confirmation. Returns `false` without one. A file that is not a database is
 * refused first. All of it is imported or nothing. Other tabs go on with the new data.
 */
export async function upload(db: AsyncDatabase, file: File, status: Status): Promise<boolean> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const other = await status.time("fromBytes", () => Database.fromBytes(bytes));
  try {
    const partitions = other.partitions();
    const entries = partitions.reduce((sum, partition) => sum + partition.entries, 0);
    const body = [
      h("p", {}, "Everything in this database is replaced, in one transaction, with what the file holds:"),
      facts([
        ["file", `${file.name}, ${size(file.size)}`],
        ["holds", `${grouped(entries)} entries in ${partitions.length} tables`],
        ["digest", other.digest()],
      ]),
    ];
    if (!(await ask("Replace the database?", body, "Replace", true))) return false;
    await status.time("import", () => db.import(other.export(), { replace: true }));
    return true;
  } finally {
    other.close();
  }
}

/** Deletes everything, after a confirmation. Returns `false` without one. */
export async function empty(db: AsyncDatabase, status: Status): Promise<boolean> {
  const body = [h("p", {}, "Every entry of every table is deleted, in one transaction. Download the file first if you want to keep them.")];
  if (!(await ask("Delete everything?", body, "Delete everything", true))) return false;
  const nothing = Database.memory();
  try {
    await status.time("import", () => db.import(nothing.export(), { replace: true }));
  } finally {
    nothing.close();
  }
  return true;
}
