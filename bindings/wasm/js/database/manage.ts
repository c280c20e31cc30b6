import { bytesOf } from "./import.js";
import { verifiedImage } from "./open.js";
import { KeyloftError } from "../error/error.js";
import type { Global } from "../platform/globals.js";
import { DatabaseName } from "../files/database-name.js";
import { attempt, missing, unavailable } from "../files/file-error.js";
import { DatabaseFolder } from "../files/folder.js";
import { holdsDatabase, isInitialized } from "../files/header.js";

/** Returns the names of the databases, open or not, in ascending order. */
export async function list(): Promise<string[]> {
  return (await DatabaseFolder.open()).list();
}

/** Returns `true` if a database of this name exists, open or not. */
export async function exists(database: string): Promise<boolean> {
  const name = new DatabaseName(database);
  const file = await (await DatabaseFolder.open()).file(name);
  return file !== undefined && attempt(name.text, "look at the file", () => holdsDatabase(file));
}

/** Deletes a database. Returns `false` if there was none. */
export async function remove(database: string): Promise<boolean> {
  const name = new DatabaseName(database);
  return (await DatabaseFolder.open()).remove(name);
}

/** Replaces a database by the given file, or creates it: all of it, or nothing. */
export async function upload(database: string, file: Uint8Array | ArrayBuffer | Global<"Blob">): Promise<void> {
  const bytes = await bytesOf(file);
  const name = new DatabaseName(database);
  const folder = await DatabaseFolder.open();
  const place = `the upload for ${name.text}`;
  if (!isInitialized(bytes)) throw new KeyloftError("NotADatabase", `\`${place}\` is not a database: its first bytes are not those of one`);
  const verified = await verifiedImage(place, bytes);
  const handle = await folder.fileOrNew(name);
  await attempt(name.text, "write the file", async () => {
    const stream = await openReplacement(handle);
    try {
      await stream.write(verified);
    } catch (thrown) {
      await discard(stream);
      throw thrown;
    }
    await stream.close();
  });
}

/** Returns the file of a closed database. */
export async function download(database: string): Promise<Uint8Array> {
  const name = new DatabaseName(database);
  const handle = await (await DatabaseFolder.open()).file(name);
  if (handle === undefined) throw missing(name.text);
  const bytes = await attempt(name.text, "read the file", async () => {
    const stream = await openReplacement(handle);
    try {
      return new Uint8Array(await (await handle.getFile()).arrayBuffer());
    } finally {
      await discard(stream);
    }
  });
  if (!isInitialized(bytes)) throw missing(name.text);
  return bytes;
}

/** Opens a temporary file that replaces the database's when it is closed. Nobody can open the database meanwhile. */
function openReplacement(file: FileSystemFileHandle): Promise<FileSystemWritableFileStream> {
  if (typeof file.createWritable !== "function") throw unavailable("the browser is too old");
  return file.createWritable();
}

/** Closes the temporary file, and keeps the database's. */
async function discard(stream: FileSystemWritableFileStream): Promise<void> {
  // The browser deletes the temporary file with the page at the latest.
  await stream.abort().catch(() => undefined);
}
