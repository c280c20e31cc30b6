import { isNamed, unlessMissing } from "./file-error.js";

/** How many bytes redb writes last when it creates a database, at the beginning of the file. */
export const MARK_LEN = 9;

/** Whether a file holds anything but what is left of a creation that was cut off. It may be open elsewhere. */
export async function holdsDatabase(handle: FileSystemFileHandle): Promise<boolean> {
  try {
    const file = await handle.getFile();
    return isInitialized(new Uint8Array(await file.slice(0, MARK_LEN).arrayBuffer()));
  } catch (thrown) {
    // Somebody writes to it at this moment.
    if (isNamed(thrown, "NotReadableError")) return true;
    return unlessMissing(false)(thrown);
  }
}

/**
 * Whether a file that begins with these bytes holds anything but what is left of a creation that was cut off: nothing at
 * all, or no mark yet.
 */
export function isInitialized(head: Uint8Array): boolean {
  return head.subarray(0, MARK_LEN).some((byte) => byte !== 0);
}
