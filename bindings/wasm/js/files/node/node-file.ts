import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, readSync, writeSync } from "node:fs";

import type { LockedFile } from "../../platform/locked-file.js";
import { codeOf } from "./system-error.js";
import { WaitingWrites } from "./waiting-writes.js";

/** The names of the browser's errors, by which the engine knows the cause. */
const NAMES: { readonly [code: string]: string } = {
  ENOSPC: "QuotaExceededError",
  EDQUOT: "QuotaExceededError",
  EFBIG: "QuotaExceededError",
  EACCES: "NotAllowedError",
  EPERM: "NotAllowedError",
  EROFS: "NotAllowedError",
};

/** The files whose sync has failed in this program, by device and number. */
const distrusted = new Set<string>();

/**
 * Returns `true` if a sync of the open file has failed in this program. The system may then show writes that the disk does not
 * have, and nothing that is built on them would be durable.
 */
export function isDistrusted(descriptor: number): boolean {
  return distrusted.has(identity(descriptor));
}

function identity(descriptor: number): string {
  const { dev, ino } = fstatSync(descriptor);
  return `${dev}:${ino}`;
}

/** A locked file, with the methods of the browser's `FileSystemSyncAccessHandle`, which the engine calls. */
export class NodeFile implements LockedFile {
  private descriptor: number | undefined;
  private readonly release: () => void;
  private readonly waiting = new WaitingWrites();

  /** `release` is called when the file is closed. */
  constructor(descriptor: number, release: () => void) {
    this.descriptor = descriptor;
    this.release = release;
  }

  read(into: Uint8Array, { at }: { at: number }): number {
    return this.attempt((descriptor) => {
      this.waiting.write(descriptor);
      return readSync(descriptor, into, 0, into.length, at);
    });
  }

  /** Writes bytes, or keeps them until the next call that is not a write. */
  write(from: Uint8Array, { at }: { at: number }): number {
    return this.attempt((descriptor) => {
      if (at > 0 && this.waiting.add(from, at)) return from.length;
      // The engine writes the head of the file when it has written all pages of a commit. Their errors must be those of a write:
      // after an error of the sync nothing is certain.
      this.waiting.write(descriptor);
      return writeSync(descriptor, from, 0, from.length, at);
    });
  }

  truncate(length: number): void {
    this.attempt((descriptor) => {
      this.waiting.write(descriptor);
      ftruncateSync(descriptor, length);
    });
  }

  getSize(): number {
    return this.attempt((descriptor) => {
      this.waiting.write(descriptor);
      return fstatSync(descriptor).size;
    });
  }

  flush(): void {
    // The times of the file are not needed after a crash. Its length is, and `fdatasync` writes that too.
    this.attempt((descriptor) => {
      try {
        this.waiting.write(descriptor);
        fdatasyncSync(descriptor);
      } catch (error) {
        distrusted.add(identity(descriptor));
        throw error;
      }
      // Nobody finds the file any more, so no write to it is durable.
      if (fstatSync(descriptor).nlink === 0) throw new Error("the file was deleted or replaced while it was open, and its data are lost");
    });
  }

  close(): void {
    const { descriptor } = this;
    if (descriptor === undefined) return;
    this.descriptor = undefined;
    closeSync(descriptor);
    this.release();
  }

  private attempt<T>(work: (descriptor: number) => T): T {
    if (this.descriptor === undefined) throw new Error("the file is closed");
    try {
      return work(this.descriptor);
    } catch (thrown) {
      const name = NAMES[codeOf(thrown) ?? ""];
      if (name !== undefined) Object.defineProperty(thrown, "name", { value: name });
      throw thrown;
    }
  }
}
