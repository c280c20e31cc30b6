import * as glue from "keyloft-glue-persistent";

import { Database } from "./database.js";
import { checkFields, invalid, KeyloftError, readError, shown } from "./error.js";
import { lock, type LockedFile, Name } from "./folder.js";
import { Loader } from "./loader.js";
import { Op, type Port } from "./port.js";
import { Reader } from "./reader.js";
import { StagedTransaction } from "./staged.js";

/** How a database is opened. */
export interface OpenOptions {
  /**
   * Whether it has to be there (`"open"`), may not be there (`"new"`), or is created if it isn't (`"create"`, unless
   * something else is said).
   */
  mode?: "create" | "open" | "new" | undefined;
  /** Whether every checksum is verified, which reads all of it: for a file that may be damaged. */
  check?: boolean | undefined;
  /**
   * How long to wait for another one that has it open, in milliseconds, before it is an error with the code
   * `DatabaseLocked`. 4000 if it isn't said: Chromium keeps the locks of a worker that was terminated for 2 seconds.
   */
  wait?: number | undefined;
}

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

type Mode = NonNullable<OpenOptions["mode"]>;

const MODES: readonly Mode[] = ["create", "open", "new"];
const WAIT = 4000;
/** How long to wait between two attempts, in milliseconds. */
const PAUSE = 50;

/** The engine with databases that are files. */
export const loader = new Loader(glue);

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
    return new StagedTransaction(this.context.port);
  }
}

/** The way to an empty database in memory. */
export function memoryPort(): Port {
  return loader.port(() => glue.Engine.memory());
}

/** The way to a database in memory whose file has these bytes, or begins empty. */
export async function bytesPort(bytes: Uint8Array | undefined): Promise<Port> {
  await loader.init();
  return loader.port(() => reading(() => (bytes === undefined ? glue.Engine.newImage() : glue.Engine.fromImage(bytes))));
}

/** The bytes of a database's file after every checksum was verified, and what was left open in it recovered. */
export async function soundImage(place: string, bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  await loader.init();
  return loader.guard(() => reading(() => glue.Engine.soundImage(place, bytes)));
}

/** The way to a database in the browser's private files, in a dedicated worker. */
export async function openPort(database: string, options: OpenOptions = {}): Promise<Port> {
  const name = new Name(database);
  checkFields(options, ["mode", "check", "wait"], "the options of opening");
  const { mode, check, wait } = checkOpen(options);
  await loader.init();
  // An engine that has crashed opens nothing, and creates no file.
  loader.guard(() => undefined);
  const file = await patiently(name, mode, wait);
  try {
    return loader.port(() => reading(() => glue.Engine.inPrivateFile(file, name.place, check)));
  } catch (error) {
    file.close();
    throw error;
  }
}

/** What is said of opening a file, known to be of the right kind, and what isn't said. */
export function checkOpen(options: OpenOptions): { mode: Mode; check: boolean; wait: number } {
  const { mode = "create", check = false, wait = WAIT } = options;
  if (!MODES.includes(mode)) throw invalid(`${shown(mode)} is no way to open a database: it is one of ${MODES.join(", ")}`);
  if (typeof check !== "boolean") throw invalid(`check is true or false, not ${shown(check)}`);
  if (typeof wait !== "number" || !(wait >= 0)) throw invalid(`the time to wait is a number of milliseconds, not ${shown(wait)}`);
  return { mode, check, wait };
}

async function patiently(name: Name, mode: Mode, wait: number): Promise<LockedFile> {
  const end = performance.now() + wait;
  for (;;) {
    try {
      return await lock(name, mode);
    } catch (error) {
      const locked = error instanceof KeyloftError && error.code === "DatabaseLocked";
      if (!locked || performance.now() >= end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** What the work gives, or the error that it has thrown as bytes. */
function reading<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw thrown(error);
  }
}

/** The error that the engine has thrown as bytes, or whatever else was thrown. */
function thrown(error: unknown): unknown {
  return error instanceof Uint8Array ? readError(new Reader(error)) : error;
}

function roomFor(length: number): Uint8Array {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    throw new KeyloftError("OutOfMemory", `there is no memory for a file of ${length} bytes: \`export\` may give less`, { cause });
  }
}
