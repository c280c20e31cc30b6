/** A file that is open in one dedicated worker alone. */
export interface LockedFile {
  read(into: Uint8Array, options: { at: number }): number;
  truncate(length: number): void;
  close(): void;
}
