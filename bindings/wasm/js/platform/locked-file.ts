/** A file that only one can have open, in a dedicated worker. */
export interface LockedFile {
  read(into: Uint8Array, options: { at: number }): number;
  truncate(length: number): void;
  close(): void;
}
