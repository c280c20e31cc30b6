import { KeyloftError } from "../../error/error.js";
import type { Mode } from "../mode.js";
import { DatabaseName } from "./database-name.js";
import { attempt, missing, unavailable } from "./file-error.js";
import { DatabaseFolder } from "./folder.js";
import { isInitialized, MARK_LEN } from "../header.js";
import type { LockedFile } from "../../platform/locked-file.js";
import { distrustAfterFailure, refuseUnsynced } from "./unsynced.js";

/**
 * Locks the file of a database. By the mode, the database must exist (`open`), must not exist (`new`), or is created if it
 * is missing (`create`).
 */
export async function lock(name: DatabaseName, mode: Mode): Promise<LockedFile> {
  if (!inDedicatedWorker()) throw unavailable("this thread is not a dedicated worker of a browser; open the database in one");
  const folder = await DatabaseFolder.open();
  const handle = await (mode === "open" ? folder.file(name) : folder.fileOrNew(name));
  if (handle === undefined) throw missing(name.text);
  // The method is in the types of workers alone.
  const { createSyncAccessHandle } = handle as { createSyncAccessHandle?: () => Promise<LockedFile> };
  if (createSyncAccessHandle === undefined) throw unavailable("the browser is too old");
  const file = await attempt(name.text, "lock the file", () => createSyncAccessHandle.call(handle));
  try {
    await refuseUnsynced(name.text);
    distrustAfterFailure(file, name.text);
    return await attempt(name.text, "look at the file", async () => checkMode(name, mode, file));
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Returns the file if it fits the mode. The file is empty if it holds no database. */
function checkMode(name: DatabaseName, mode: Mode, file: LockedFile): LockedFile {
  const head = new Uint8Array(MARK_LEN);
  file.read(head, { at: 0 });
  if (isInitialized(head)) {
    if (mode !== "new") return file;
    throw new KeyloftError("DatabaseExists", `database \`${name.text}\` exists already: open it with another mode, or choose another name`);
  }
  if (mode === "open") throw missing(name.text);
  // redb creates a database only in an empty file.
  file.truncate(0);
  return file;
}

function inDedicatedWorker(): boolean {
  const { DedicatedWorkerGlobalScope: TransactionScope } = globalThis as { DedicatedWorkerGlobalScope?: new () => object };
  return TransactionScope !== undefined && globalThis instanceof TransactionScope;
}
