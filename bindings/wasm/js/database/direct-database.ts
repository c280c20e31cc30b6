import { KeyloftError } from "../error/error.js";
import { Op } from "../protocol/codes.generated.js";
import { StagedTransaction } from "../transaction/staged.js";
import { Database } from "./database.js";

/** How large a database is. */
export interface DatabaseStats {
  /** How many entries, those of indexes left out. */
  entries: number;
  /** The length of its file. */
  fileBytes: number;
  /** The bytes of the keys and values. */
  storedBytes: number;
  /** The bytes of what finds them. */
  metadataBytes: number;
  /** The bytes of the file that are not used. */
  freeBytes: number;
}

/** A database that is open here, in a file or in memory: its calls are answered at once. */
export class DirectDatabase extends Database {
  /**
   * The bytes of its file, which Rust opens as well. They are complete: it commits first. After a write for which there was no
   * space it can't, and they are as the last commit has left them. Where there is no file, as in memory, `export` gives what it
   * holds.
   */
  file(): Uint8Array {
    let file: Uint8Array | undefined;
    let at = 0;
    do {
      // In parts: the engine may have no memory for all of them at once.
      at = this.context.call(Op.image, 0, (writer) => writer.i64(BigInt(at)), (reader) => {
        const length = reader.count();
        const part = reader.rest();
        file ??= roomFor(length);
        file.set(part, at);
        return at + part.length;
      });
    } while (at < (file as Uint8Array).length);
    return file as Uint8Array;
  }

  /** How large it is. It reads all of it. */
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
   * Moves everything to the front of the file and cuts the rest off; whether that changed anything. While a snapshot or
   * a scan is open, it is an error with the code `SnapshotOpen`.
   */
  compact(): boolean {
    return this.context.call(Op.compact, 0, () => undefined, (reader) => reader.flag());
  }

  /** @internal Begins a transaction whose calls come one by one. */
  stage(): StagedTransaction {
    return new StagedTransaction(this.context.driver);
  }
}

function roomFor(length: number): Uint8Array {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    throw new KeyloftError("OutOfMemory", `there is no memory for a file of ${length} bytes: \`export\` may give less`, { cause });
  }
}
