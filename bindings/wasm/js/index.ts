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
 * Loads the engine. Once is enough, more often does no harm, and in Node it isn't needed. Where the engine's file is
 * not beside this one, say where it is.
 */
export function init(source?: ModuleSource): Promise<void> {
  return loader.init(source);
}
export default init;

/** A database that is open here, in a file or in memory: its calls are answered at once. */
export class Database extends DirectDatabase {
  /** An empty database in memory, of which nothing outlives the program. */
  static memory(): Database {
    return new Database(memoryDriver());
  }

  /**
   * A database in memory that begins as a copy of a database's file, or of an empty one. Every checksum in it is
   * verified. What is changed is not in the bytes: `file` gives those, to be kept wherever there is a place for them.
   */
  static async fromBytes(file?: Uint8Array | ArrayBuffer | Global<"Blob">): Promise<Database> {
    return new Database(await bytesDriver(file === undefined ? undefined : await bytesOf(file)));
  }

  /**
   * Opens a database in the browser's private files: on a page, in the worker that the package has for that; in a
   * dedicated worker, right there. Several tabs may have it open: one of them has the file and serves the others, and
   * when it goes, another takes over. Each call is answered later.
   */
  static open(name: string, options?: AsyncOpenOptions): Promise<AsyncDatabase> {
    return openAsync(name, options);
  }

  /**
   * Opens a database in the browser's private files, here, for a dedicated worker: anywhere else it is an error with the
   * code `StorageUnavailable`. Nobody else can open it until it is closed: an error with the code `DatabaseLocked`.
   */
  static async openDirect(name: string, options?: OpenOptions): Promise<Database> {
    return new Database(await openDriver(name, options));
  }

  /** Deletes a database of the browser's private files; whether there was one. One that is open is not deleted. */
  static delete(name: string): Promise<boolean> {
    return files.remove(name);
  }

  /** Whether the browser's private files have a database of this name. It may be open. */
  static exists(name: string): Promise<boolean> {
    return files.exists(name);
  }

  /** The names of the databases in the browser's private files, in their order. */
  static list(): Promise<string[]> {
    return files.list();
  }

  /**
   * Puts a database's file in the place of the database of this name, or in a new one's: all of it, or nothing. Every
   * checksum is verified first. A database that is open is not replaced.
   */
  static upload(name: string, file: Uint8Array | ArrayBuffer | Global<"Blob">): Promise<void> {
    return files.upload(name, file);
  }

  /** The file of a database that is not open; of one that is, its `file()`. Rust opens it as well. */
  static download(name: string): Promise<Uint8Array> {
    return files.download(name);
  }
}
