import { isInitialized } from "../header.js";
import type { DatabaseName } from "./database-name.js";
import { attempt, missing, READ, unavailable } from "./file-error.js";
import { DatabaseFolder } from "./folder.js";

/** Replaces a database by these bytes, or creates it: all of it, or nothing. */
export async function replace(name: DatabaseName, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const handle = await (await DatabaseFolder.open()).fileOrNew(name);
  await attempt(name.text, "write the file", async () => {
    const stream = await openReplacement(handle);
    try {
      await stream.write(bytes);
    } catch (thrown) {
      await discard(stream);
      throw thrown;
    }
    await stream.close();
  });
}

/** Returns the bytes of a closed database. */
export async function read(name: DatabaseName): Promise<Uint8Array> {
  const handle = await (await DatabaseFolder.open()).file(name);
  if (handle === undefined) throw missing(name.text);
  const bytes = await attempt(name.text, READ, async () => {
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
