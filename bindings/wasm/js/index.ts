import { files } from "keyloft-files";

import type { Database as MemoryDatabase } from "./database/database.js";
import { DirectDatabase } from "./database/direct-database.js";
import { bytesOf } from "./database/import.js";
import { bytesDriver, loader, memoryDriver, type OpenOptions, openDriver } from "./database/open.js";
import { load, type Limits } from "./engine/limits.js";
import type { ModuleSource } from "./engine/loader.js";
import { upload } from "./database/manage.js";
import type { Persistence } from "./files/persistence.js";
import type { Global } from "./platform/globals.js";
import type { AsyncDatabase } from "./remote/client/async-database.js";
import { type AsyncOpenOptions, type MemoryOptions, openAsync, openMemory } from "./remote/open.js";

export type { Database as MemoryDatabase } from "./database/database.js";
export type { DatabaseStats } from "./database/direct-database.js";
export type { OpenOptions } from "./database/open.js";
export * from "./exports.js";
export type { Persistence } from "./files/persistence.js";
export type { AsyncCollection, AsyncIndex } from "./remote/client/async-collection.js";
export type { Async, AsyncDatabase, AsyncUnrestrictedStores, AsyncPartitionIterator, AsyncPrincipalStores, AsyncScan, AsyncSnapshot, AsyncTransaction, AsyncView, AsyncWatch } from "./remote/client/async-database.js";
export type { AsyncSelect } from "./remote/client/async-select.js";
export type { AsyncOpenOptions, MemoryOptions } from "./remote/open.js";

/**
 * Loads the engine. Later calls do nothing. Node, Deno, Bun and workerd load the engine without a call. `source` is the
 * engine's file, if it is not beside this script. Without `limits.timeout`, it waits as long as the network does.
 */
export function init(source?: ModuleSource, limits?: Limits): Promise<void> {
  return load(loader, source, limits);
}
export default init;

/** A database that is open in this thread, in a file or in memory. Its methods are synchronous. */
export class Database extends DirectDatabase {
  /** Creates an empty database in memory. Its data is lost when the program ends. It has no file: `fromBytes` makes one that has. */
  static memory(): MemoryDatabase {
    return new Database(memoryDriver());
  }

  /**
   * Opens a copy of a database's file in memory, and verifies every checksum. Without a file, it creates an empty database.
   * Changes do not reach the given bytes: call `file` for the new bytes.
   */
  static async fromBytes(file?: Uint8Array | ArrayBuffer | Global<"Blob">): Promise<Database> {
    return new Database(await bytesDriver(file === undefined ? undefined : await bytesOf(file)));
  }

  /**
   * Opens a database in a file. Each method returns a promise.
   *
   * In Node, Deno and Bun, `name` is the path of the file. Only one program at a time can have it open.
   *
   * In a browser, `name` names a file of the browser's private files (OPFS). A page uses a worker of the package; a dedicated
   * worker opens the file itself. Several tabs may have the database open: one has the file and serves the others, and when it
   * ends, another tab takes over.
   */
  static open(name: string, options?: AsyncOpenOptions): Promise<AsyncDatabase> {
    return openAsync(name, options);
  }

  /**
   * Creates an empty database in memory, with all methods of `Database.open` and on the same engine. So code over a database in a
   * file can be tested without one, also in jsdom.
   */
  static openMemory(options?: MemoryOptions): Promise<AsyncDatabase> {
    return openMemory(options);
  }

  /**
   * Opens a database in a file, in this thread. In Node, Deno and Bun, `name` is the path of the file. In a browser, this thread
   * must be a dedicated worker: elsewhere it fails with the code `StorageUnavailable`. Until the database is closed, other
   * openings fail with `DatabaseLocked`.
   */
  static async openDirect(name: string, options?: OpenOptions): Promise<Database> {
    return new Database(await openDriver(name, options));
  }

  /**
   * Deletes a database of the browser's private files, or at this path. Returns `false` if there was none. An open database is
   * not deleted: that fails with the code `DatabaseLocked`.
   */
  static delete(name: string): Promise<boolean> {
    return files.remove(name);
  }

  /** Returns `true` if there is a database of this name or at this path, open or not. */
  static exists(name: string): Promise<boolean> {
    return files.exists(name);
  }

  /**
   * Returns the names of the databases in ascending order: those of the browser's private files, or in Node, Deno and Bun the
   * paths of those in `folder`, which is the working directory by default.
   */
  static list(folder?: string): Promise<string[]> {
    return files.list(folder);
  }

  /**
   * Stores the given file as the database of this name or path, atomically, and replaces an earlier one. Every checksum is
   * verified first. An open database is not replaced: that fails with the code `DatabaseLocked`.
   */
  static upload(name: string, file: Uint8Array | ArrayBuffer | Global<"Blob">): Promise<void> {
    return upload(name, file);
  }

  /** Returns the file of a closed database, which Rust opens too. For an open database, call its method `file`. */
  static download(name: string): Promise<Uint8Array> {
    return files.read(name);
  }

  /**
   * Asks the browser to keep all data of this site, and returns its answer. `"evictable"` data may be deleted by the browser when the
   * disk is full, or when the site was unused for long. Call it on a page, when the user has done something worth keeping: Firefox
   * shows a question. In a worker it returns the answer to an earlier call on a page. Files of Node, Deno and Bun are
   * `"persistent"`.
   */
  static persist(): Promise<Persistence> {
    return files.persist();
  }
}
