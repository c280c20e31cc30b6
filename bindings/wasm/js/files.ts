import { soundImage } from "./direct.js";
import { invalid, KeyloftError, shown } from "./error.js";
import { during, Folder, holdsSomething, isBorn, missing, Name, unavailable } from "./folder.js";
import type { Global } from "./globals.js";
import { bytesIn } from "./writer.js";

/** The names of the databases, in their order. Those that are open are among them. */
export async function list(): Promise<string[]> {
  return (await Folder.get()).names();
}

/** Whether there is a database of this name. It may be open. */
export async function exists(database: string): Promise<boolean> {
  const name = new Name(database);
  const file = await (await Folder.get()).file(name);
  return file !== undefined && during(name.place, "look at the file", () => holdsSomething(file));
}

/** Deletes a database; whether there was one. */
export async function remove(database: string): Promise<boolean> {
  const name = new Name(database);
  return (await Folder.get()).remove(name);
}

/** Puts a database's file in the place of a database, or in a new one's: all of it or nothing. */
export async function upload(database: string, file: Uint8Array | ArrayBuffer | Global<"Blob">): Promise<void> {
  const bytes = await bytesOf(file);
  const name = new Name(database);
  const folder = await Folder.get();
  const place = `the upload for ${name.place}`;
  if (!isBorn(bytes)) throw new KeyloftError("NotADatabase", `\`${place}\` is not a database: it does not begin as one does`);
  const sound = await soundImage(place, bytes);
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
  const name = new Name(database);
  const handle = await (await Folder.get()).file(name);
  if (handle === undefined) throw missing(name.place);
  const bytes = await during(name.place, "read the file", async () => {
    const stream = await beside(handle);
    try {
      return new Uint8Array(await (await handle.getFile()).arrayBuffer());
    } finally {
      await drop(stream);
    }
  });
  if (!isBorn(bytes)) throw missing(name.place);
  return bytes;
}

/** The bytes of a file, copied: whoever gave them may change them while they are on their way. */
export async function bytesOf(file: Uint8Array | ArrayBuffer | Global<"Blob">): Promise<Uint8Array> {
  if (file instanceof Uint8Array || file instanceof ArrayBuffer) return bytesIn(file).slice();
  if (typeof Blob !== "undefined" && file instanceof Blob) return new Uint8Array(await file.arrayBuffer());
  throw invalid(`a database's file is a Uint8Array, an ArrayBuffer or a Blob, not ${shown(file)}`);
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
