import { DatabaseName, objection, SUFFIX } from "./database-name.js";
import { during, describe, unavailable, unlessMissing } from "./file-error.js";
import { holdsDatabase } from "./header.js";

const FOLDER = "keyloft";

/** The folder, which is created if it is missing. */
export class DatabaseFolder {
  private readonly handle: FileSystemDirectoryHandle;

  private constructor(handle: FileSystemDirectoryHandle) {
    this.handle = handle;
  }

  static async get(): Promise<DatabaseFolder> {
    if (typeof globalThis.navigator?.storage?.getDirectory !== "function") {
      throw unavailable("this is no browser, the page is not served securely, or the browser is too old");
    }
    const root = await navigator.storage.getDirectory().catch((thrown: unknown) => {
      throw unavailable(`the browser refuses it, ${describe(thrown)}`, thrown);
    });
    return new DatabaseFolder(await during(FOLDER, "open the folder", () => root.getDirectoryHandle(FOLDER, { create: true })));
  }

  /** The file of a database, if there is one. */
  file(name: DatabaseName): Promise<FileSystemFileHandle | undefined> {
    return during(name.place, "find the file", () => this.handle.getFileHandle(name.file).catch(unlessMissing(undefined)));
  }

  /** The file of a database, created empty if there is none. */
  fileOrNew(name: DatabaseName): Promise<FileSystemFileHandle> {
    return during(name.place, "create the file", () => this.handle.getFileHandle(name.file, { create: true }));
  }

  /** Deletes the file of a database; whether there was one. */
  remove(name: DatabaseName): Promise<boolean> {
    return during(name.place, "delete the file", () => this.handle.removeEntry(name.file).then(() => true, unlessMissing(false)));
  }

  /** The names of the databases, in their order. */
  names(): Promise<string[]> {
    return during(FOLDER, "list the databases", async () => {
      const names = [];
      for await (const entry of this.handle.values()) {
        // What is no file is a folder of somebody else's.
        if (entry.kind !== "file" || !entry.name.endsWith(SUFFIX)) continue;
        const name = entry.name.slice(0, -SUFFIX.length);
        const file = entry as FileSystemFileHandle;
        if (objection(name) === undefined && (await during(name, "look at the file", () => holdsDatabase(file)))) names.push(name);
      }
      return names.sort();
    });
  }
}
