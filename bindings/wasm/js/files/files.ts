import type { LockedFile } from "../platform/locked-file.js";
import type { Mode } from "./mode.js";
import type { Persistence } from "./persistence.js";

/** The files of a runtime's databases. */
export interface DatabaseFiles {
  /**
   * Makes the package's worker, in browsers: there the files are open in a worker of one tab, which serves the other tabs.
   * Elsewhere a thread opens the files itself.
   */
  readonly makeWorker: (() => Worker) | undefined;
  /**
   * Returns the place of a database, for errors. Throws with the code `InvalidDatabaseName` if no database can have this name.
   */
  placeOf(database: string): string;
  /**
   * Locks the file of a database. Until it is closed, all other openings fail with the code `DatabaseLocked`. `shared` is set for
   * the leader of several tabs: others must not get the file while another tab takes over.
   */
  lock(database: string, mode: Mode, shared: boolean): Promise<LockedFile>;
  /** Returns `true` if the database exists, open or not. */
  exists(database: string): Promise<boolean>;
  /** Deletes a database. Returns `false` if there was none. */
  remove(database: string): Promise<boolean>;
  /** Returns the names of the databases, open or not, in ascending order. */
  list(folder: string | undefined): Promise<string[]>;
  /** Replaces a closed database by these bytes, or creates it: all of it, or nothing. */
  replace(database: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Asks the runtime to keep the data, and returns its answer. */
  persist(): Promise<Persistence>;
  /** Returns the bytes of a closed database. */
  read(database: string): Promise<Uint8Array>;
}
