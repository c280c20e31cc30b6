import { isInitialized, MARK_LEN } from "../header.js";
import { isNamed, unlessMissing } from "./file-error.js";

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
