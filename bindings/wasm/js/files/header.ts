/** The length of the magic number at the beginning of a file, which redb writes last when it creates a database. */
export const MARK_LEN = 9;

/**
 * Returns `true` if a file with this beginning is a database. An interrupted creation leaves the file empty, or without
 * the magic number.
 */
export function isInitialized(head: Uint8Array): boolean {
  return head.subarray(0, MARK_LEN).some((byte) => byte !== 0);
}
