import { isNamed, unlessMissing } from "./file-error.js";

/** The length of the magic number at the beginning of a file, which redb writes last when it creates a database. */
export const MARK_LEN = 9;

/**
 * Returns `true` if the file is a database, and `false` if its creation was interrupted. The file may be open elsewhere.
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
 * Returns `true` if a file with this beginning is a database. An interrupted creation leaves the file empty, or without
 * the magic number.
 */
export function isInitialized(head: Uint8Array): boolean {
  return head.subarray(0, MARK_LEN).some((byte) => byte !== 0);
}
