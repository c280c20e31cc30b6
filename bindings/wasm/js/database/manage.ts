import { bytesOf } from "./import.js";
import { verifiedImage } from "./open.js";
import { KeyloftError } from "../error/error.js";
import type { Global } from "../platform/globals.js";
import { DatabaseName } from "../files/database-name.js";
import { during, missing, unavailable } from "../files/file-error.js";
import { DatabaseFolder } from "../files/folder.js";
import { holdsDatabase, isInitialized } from "../files/header.js";

/** The names of the databases, in their order. Those that are open are among them. */
export async function list(): Promise<string[]> {
  return (await DatabaseFolder.get()).names();
}

/** Whether there is a database of this name. It may be open. */
export async function exists(database: string): Promise<boolean> {
  const name = new DatabaseName(database);
  const file = await (await DatabaseFolder.get()).file(name);
  return file !== undefined && during(name.place, "look at the file", () => holdsDatabase(file));
}

/** Deletes a database; whether there was one. */
export async function remove(database: string): Promise<boolean> {
  const name = new DatabaseName(database);
  return (await DatabaseFolder.get()).remove(name);
}

/** Puts a database's file in the place of a database, or in a new one's: all of it or nothing. */
export async function upload(database: string, file: Uint8Array | ArrayBuffer | Global<"Blob">): Promise<void> {
  const bytes = await bytesOf(file);
  const name = new DatabaseName(database);
  const folder = await DatabaseFolder.get();
  const place = `the upload for ${name.place}`;
  if (!isInitialized(bytes)) throw new KeyloftError("NotADatabase", `\`${place}\` is not a database: it does not begin as one does`);
  const sound = await verifiedImage(place, bytes);
  const handle = await folder.fileOrNew(name);
  await during(name.place, "write the file", async () => {
    const stream = await beside(handle);
    try {
      await stream.write(sound);
    } catch (thrown) {
      await drop(stream);
      throw thrown;
    }
    await stream.close();
  });
}

/** The file of a database that is closed. */
export async function download(database: string): Promise<Uint8Array> {
  const name = new DatabaseName(database);
  const handle = await (await DatabaseFolder.get()).file(name);
  if (handle === undefined) throw missing(name.place);
  const bytes = await during(name.place, "read the file", async () => {
    const stream = await beside(handle);
    try {
      return new Uint8Array(await (await handle.getFile()).arrayBuffer());
    } finally {
      await drop(stream);
    }
  });
  if (!isInitialized(bytes)) throw missing(name.place);
  return bytes;
}

/** A file that is written beside another one, and takes its place when it is closed. Nobody can open that meanwhile. */
function beside(file: FileSystemFileHandle): Promise<FileSystemWritableFileStream> {
  if (typeof file.createWritable !== "function") throw unavailable("the browser is too old");
  return file.createWritable();
}

/** Leaves the other one as it is. */
async function drop(stream: FileSystemWritableFileStream): Promise<void> {
  // The browser drops it with the page at the latest; that it could not do it now says nothing new.
  await stream.abort().catch(() => undefined);
}
