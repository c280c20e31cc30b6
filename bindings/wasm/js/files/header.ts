import { isNamed, unlessMissing } from "./file-error.js";

/** The length of the mark at the beginning of the file, which redb writes last when it creates a database. */
export const MARK_LEN = 9;

/**
 * Returns `true` if the file holds a database, and not the remains of an interrupted creation. The file may be open
 * elsewhere.
 */
export async function holdsDatabase(handle: FileSystemFileHandle): Promise<boolean> {
  try {
    const file = await handle.getFile();
    return isInitialized(new Uint8Array(await file.slice(0, MARK_LEN).arrayBuffer()));
  } catch (thrown) {
    // Another thread writes to the file now, so it is a database.
    if (isNamed(thrown, "NotReadableError")) return true;
    return unlessMissing(false)(thrown);
  }
}

/**
 * Returns `true` if a file with this beginning holds a database. An interrupted creation leaves it empty, or without
 * the mark.
 */
export function isInitialized(head: Uint8Array): boolean {
  return head.subarray(0, MARK_LEN).some((byte) => byte !== 0);
}
