import { DirectDatabase } from "./database/direct-database.js";
import { bytesOf } from "./database/import.js";
import { bytesDriver, loader, memoryDriver, type OpenOptions, openDriver } from "./database/open.js";
import type { ModuleSource } from "./engine/loader.js";
import * as files from "./database/manage.js";
import type { Global } from "./platform/globals.js";
import type { AsyncDatabase } from "./remote/client/async-database.js";
import { type AsyncOpenOptions, openAsync } from "./remote/open.js";

export type { DatabaseStats } from "./database/direct-database.js";
export type { OpenOptions } from "./database/open.js";
export * from "./exports.js";
export type { Async, AsyncCollection, AsyncDatabase, AsyncUnrestrictedStores, AsyncPartitionIterator, AsyncPrincipalStores, AsyncScan, AsyncSnapshot, AsyncTransaction, AsyncView, AsyncWatch } from "./remote/client/async-database.js";
export type { AsyncOpenOptions } from "./remote/open.js";

/**
 * Loads the engine. One call is enough, more do no harm, and Node needs none. `source` is the engine's file, if it is
 * not beside this script.
 */
export function init(source?: ModuleSource): Promise<void> {
  return loader.init(source);
}
export default init;

/** A database that is open in this thread, in a file or in memory. Its calls return at once. */
export class Database extends DirectDatabase {
  /** Creates an empty database in memory, which ends with the program. */
  static memory(): Database {
    return new Database(memoryDriver());
  }

  /**
   * Opens a copy of a database's file in memory, or an empty one, and verifies every checksum. Changes do not reach the
   * given bytes: `file` returns the new ones, for you to keep.
   */
  static async fromBytes(file?: Uint8Array | ArrayBuffer | Global<"Blob">): Promise<Database> {
    return new Database(await bytesDriver(file === undefined ? undefined : await bytesOf(file)));
  }

  /**
   * Opens a database in the browser's private files: on a page in the package's worker, in a dedicated worker in its
   * own thread. Several tabs may have it open: one has the file and serves the others, and when it ends, another takes
   * over. Each call returns a promise.
   */
  static open(name: string, options?: AsyncOpenOptions): Promise<AsyncDatabase> {
    return openAsync(name, options);
  }

  /**
   * Opens a database in the browser's private files in this thread, which must be a dedicated worker: otherwise it is
   * an error with the code `StorageUnavailable`. Until it is closed, opening it elsewhere is an error with the code
   * `DatabaseLocked`.
   */
  static async openDirect(name: string, options?: OpenOptions): Promise<Database> {
    return new Database(await openDriver(name, options));
  }

  /**
   * Deletes a database of the browser's private files. Returns `false` if there was none. An open database is not
   * deleted.
   */
  static delete(name: string): Promise<boolean> {
    return files.remove(name);
  }

  /** Returns `true` if the browser's private files have a database of this name, open or not. */
  static exists(name: string): Promise<boolean> {
    return files.exists(name);
  }

  /** Returns the names of the databases in the browser's private files, in ascending order. */
  static list(): Promise<string[]> {
    return files.list();
  }

  /**
   * Replaces the database of this name by the given file, or creates it: all of it, or nothing. Every checksum is
   * verified first. An open database is not replaced.
   */
  static upload(name: string, file: Uint8Array | ArrayBuffer | Global<"Blob">): Promise<void> {
    return files.upload(name, file);
  }

  /** Returns the file of a closed database, which Rust opens too. For an open one, call its `file()`. */
  static download(name: string): Promise<Uint8Array> {
    return files.download(name);
  }
}
