import { DatabaseName, reasonAgainst, SUFFIX } from "./database-name.js";
import { attempt, describe, unavailable, unlessMissing } from "./file-error.js";
import { holdsDatabase } from "./probe.js";

const FOLDER = "keyloft";

/** The folder of the databases in the browser's private files, which Rust's `keyloft-opfs` uses too. */
export class DatabaseFolder {
  private readonly handle: FileSystemDirectoryHandle;

  private constructor(handle: FileSystemDirectoryHandle) {
    this.handle = handle;
  }

  static async open(): Promise<DatabaseFolder> {
    if (typeof globalThis.navigator?.storage?.getDirectory !== "function") {
      throw unavailable("this is not a browser, the page is not served securely, or the browser is too old");
    }
    const root = await navigator.storage.getDirectory().catch((thrown: unknown) => {
      throw unavailable(`the browser refuses it, ${describe(thrown)}`, thrown);
    });
    return new DatabaseFolder(await attempt(FOLDER, "open the folder", () => root.getDirectoryHandle(FOLDER, { create: true })));
  }

  /** Returns the file of a database, if it exists. */
  file(name: DatabaseName): Promise<FileSystemFileHandle | undefined> {
    return attempt(name.text, "find the file", () => this.handle.getFileHandle(name.file).catch(unlessMissing(undefined)));
  }

  /** Returns `true` if the file of a database is there, open or not. It reads nothing, so it is quick. */
  holds(name: DatabaseName): Promise<boolean> {
    // The name alone tells it: a browser that clears the data of a site deletes the files that are open, too.
    return attempt(name.text, "find the file", () => this.handle.getFileHandle(name.file).then(() => true, unlessMissing(false)));
  }

  /** Returns the file of a database. A missing one is created empty. */
  fileOrNew(name: DatabaseName): Promise<FileSystemFileHandle> {
    return attempt(name.text, "create the file", () => this.handle.getFileHandle(name.file, { create: true }));
  }

  /** Deletes the file of a database. Returns `false` if there was none. */
  remove(name: DatabaseName): Promise<boolean> {
    return attempt(name.text, "delete the file", () => this.handle.removeEntry(name.file).then(() => true, unlessMissing(false)));
  }

  /** Returns the names of the databases in ascending order. */
  list(): Promise<string[]> {
    return attempt(FOLDER, "list the databases", async () => {
      const names = [];
      for await (const entry of this.handle.values()) {
        // The package makes no folders here.
        if (entry.kind !== "file" || !entry.name.endsWith(SUFFIX)) continue;
        const name = entry.name.slice(0, -SUFFIX.length);
        const file = entry as FileSystemFileHandle;
        if (reasonAgainst(name) === undefined && (await attempt(name, "look at the file", () => holdsDatabase(file)))) names.push(name);
      }
      return names.sort();
    });
  }
}
