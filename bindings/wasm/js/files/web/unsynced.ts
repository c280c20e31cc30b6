import { KeyloftError } from "../../error/error.js";
import type { LockedFile } from "../../platform/locked-file.js";

/**
 * The lock that is held after a sync of a database's file has failed. The system may then show writes that the disk does not have,
 * to every page and worker of the origin, and nothing that is built on them would be durable. Rust's `keyloft-opfs` has the same.
 *
 * A mark in a file would not do: it is in the cache of the same system, which may forget it before the writes, and on the disk it
 * would outlast a restart of the machine, which ends the fault.
 */
const unsynced = (database: string): string => `keyloft.unsynced:${database}`;

/** The browser's locks, which old browsers lack. */
const locks = (): LockManager | undefined => globalThis.navigator?.locks;

/** The databases whose lock this thread holds. */
const distrusted = new Set<string>();

/** Has all openings of the database refused until this page or worker ends. Resolves when they are. */
export function distrust(database: string): Promise<void> {
  const manager = locks();
  if (manager === undefined || distrusted.has(database)) return Promise.resolve();
  distrusted.add(database);
  return new Promise((resolve) => {
    const stolen = manager.request(unsynced(database), { mode: "shared" }, () => {
      resolve();
      return new Promise(() => undefined);
    });
    stolen.catch(() => {
      distrusted.delete(database);
      resolve();
    });
  });
}

/** Accepts openings of the database again, because its file was deleted or replaced. */
export async function trust(database: string): Promise<void> {
  await locks()?.request(unsynced(database), { steal: true }, () => undefined);
}

/** Throws `SyncFailed` if a sync of the database has failed. The caller's thread then refuses it, too, until it ends. */
export async function refuseUnsynced(database: string): Promise<void> {
  const { held = [], pending = [] } = (await locks()?.query()) ?? {};
  if (![...held, ...pending].some(({ name }) => name === unsynced(database))) return;
  await distrust(database);
  throw new KeyloftError("SyncFailed", `database \`${database}\` can't be opened again: a sync of its file has failed, and the browser may show writes that the disk does not have; restart the machine, or replace the file: \`Database.download\` returns its bytes, and \`Database.upload\` verifies and stores them`);
}

/** A file whose syncs can fail. */
interface SyncedFile extends LockedFile {
  flush(): void;
}

/** Has the database distrusted when a sync of the locked file fails, before the file is unlocked. */
export function distrustAfterFailure(file: LockedFile, database: string): void {
  const { flush, close } = file as SyncedFile;
  let distrusting: Promise<void> | undefined;
  Object.assign(file, {
    flush() {
      try {
        flush.call(file);
      } catch (error) {
        distrusting ??= distrust(database);
        throw error;
      }
    },
    close() {
      if (distrusting === undefined) close.call(file);
      else void distrusting.then(() => close.call(file));
    },
  });
}
