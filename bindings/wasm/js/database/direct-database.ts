import { KeyloftError } from "../error/error.js";
import { Op } from "../protocol/codes.generated.js";
import { StagedTransaction } from "../transaction/staged.js";
import { Database } from "./database.js";

/** The size of a database. */
export interface DatabaseStats {
  /** The number of entries, without those of indexes. */
  entries: number;
  /** The length of the file. */
  fileBytes: number;
  /** The bytes of the keys and values. */
  storedBytes: number;
  /** The bytes of the engine's trees over the keys and values. */
  metadataBytes: number;
  /** The unused bytes of the file. */
  freeBytes: number;
}

/** A database that is open in this thread, in a file or in memory. */
export class DirectDatabase extends Database {
  /**
   * Returns the bytes of the database's file, which Rust opens too. It commits first, so that the file is complete. After a
   * write that found no space it can't commit, and returns the file as of the last commit. A database of
   * `Database.memory()` has no file: call `export`.
   */
  file(): Uint8Array {
    let file: Uint8Array | undefined;
    let at = 0;
    do {
      // The file is read in parts: the engine may have no memory for a copy of all of it.
      at = this.context.call(Op.image, 0, (writer) => writer.i64(BigInt(at)), (reader) => {
        const length = reader.count();
        const part = reader.rest();
        file ??= allocate(length);
        file.set(part, at);
        return at + part.length;
      });
    } while (at < (file as Uint8Array).length);
    return file as Uint8Array;
  }

  /** Returns the size of the database. It reads the whole database. */
  stats(): DatabaseStats {
    return this.context.call(Op.stats, 0, () => undefined, (reader) => ({
      entries: reader.count(),
      fileBytes: reader.count(),
      storedBytes: reader.count(),
      metadataBytes: reader.count(),
      freeBytes: reader.count(),
    }));
  }

  /**
   * Moves the data to the front of the file and shortens the file. Returns `false` if the file did not change. While a
   * snapshot or a scan is open, it fails with the code `SnapshotOpen`.
   */
  compact(): boolean {
    return this.context.call(Op.compact, 0, () => undefined, (reader) => reader.flag());
  }

  /** @internal Begins a transaction whose calls come one by one. */
  stage(): StagedTransaction {
    return new StagedTransaction(this.context.driver);
  }
}

function allocate(length: number): Uint8Array {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    throw new KeyloftError("OutOfMemory", `there is no memory for a file of ${length} bytes: call \`export\`, which may need less`, { cause });
  }
}
