import { KeyloftError } from "../../error/error.js";
import { DatabaseName } from "./database-name.js";
import { describe, isNamed, unavailable } from "./file-error.js";
import { DatabaseFolder } from "./folder.js";

/**
 * The lock that all tabs share while they have a database open. The file itself is locked by their leader alone: while another tab
 * takes over it is free, and nobody else may have it then.
 */
const shared = (database: string): string => `keyloft.open:${database}`;

/** Shares a database with other tabs until the returned function is called. */
export function share(database: string): Promise<() => Promise<void>> {
  return new Promise((resolve, reject) => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const over: Promise<void> = navigator.locks.request(shared(database), { mode: "shared" }, () => {
      resolve(() => {
        release();
        return over;
      });
      return released;
    });
    over.catch(reject);
  });
}

/** Returns a function that tells if the file of an open database is still there. */
export async function presence(database: string): Promise<() => Promise<boolean>> {
  const name = new DatabaseName(database);
  const folder = await DatabaseFolder.open();
  return () => folder.holds(name);
}

/** Runs an action on the file of a database while no tab has the database open. Throws `DatabaseLocked` if one has. */
export async function unshared<T>(database: string, work: () => Promise<T>): Promise<T> {
  const { locks } = globalThis.navigator ?? {};
  // Without locks no tab can share a database.
  if (locks === undefined) return work();
  let begun = false;
  try {
    return await locks.request(shared(database), { ifAvailable: true }, (lock) => {
      if (lock === null) throw new KeyloftError("DatabaseLocked", `database \`${database}\` is open in a tab or worker, or another one is about to take it over: close it there first, or use the open database`);
      begun = true;
      return work();
    });
  } catch (thrown) {
    if (!begun && isNamed(thrown, "SecurityError")) throw unavailable(`the browser refuses Web Locks, ${describe(thrown)}`, thrown);
    throw thrown;
  }
}
