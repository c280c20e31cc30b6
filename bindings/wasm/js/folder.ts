// The folder of the databases in the browser's private files: the same files as those of Rust's `keyloft-opfs`.
import { invalid, KeyloftError, shown } from "./error.js";

const STORAGE = "the browser's private file system";
const FOLDER = "keyloft";
const SUFFIX = ".redb";

/** The longest name, in bytes: what browsers add to it stays within the 255 that file systems take. */
const MAX_LEN = 200;

/** How many bytes redb writes last when it creates a database, at the beginning of the file. */
const MARK_LEN = 9;

/** The name of a database, known to be one. */
export class Name {
  /** Its file in the folder. */
  readonly file: string;
  /** What errors call the database. */
  readonly place: string;

  constructor(name: string) {
    if (typeof name !== "string") throw invalid(`a database's name is a string, not ${shown(name)}`);
    const reason = objection(name);
    if (reason !== undefined) throw new KeyloftError("InvalidDatabaseName", `\`${name}\` can't name a database: ${reason}`);
    this.file = name + SUFFIX;
    this.place = name;
  }
}

/** What a name can't be used for, if there is anything. */
function objection(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (name === "." || name === "..") return "it means a folder";
  if (/[/\\]/.test(name)) return "it holds a slash";
  if (/\p{Cs}/u.test(name)) return "it holds half of a character: a surrogate without the other";
  if (/\p{Cc}/u.test(name)) return "it holds a control character";
  return new TextEncoder().encode(name).length > MAX_LEN ? "it is longer than 200 bytes" : undefined;
}

/** The folder, which is created if it is missing. */
export class Folder {
  private readonly handle: FileSystemDirectoryHandle;

  private constructor(handle: FileSystemDirectoryHandle) {
    this.handle = handle;
  }

  static async get(): Promise<Folder> {
    if (typeof globalThis.navigator?.storage?.getDirectory !== "function") {
      throw unavailable("this is no browser, the page is not served securely, or the browser is too old");
    }
    const root = await navigator.storage.getDirectory().catch((thrown: unknown) => {
      throw unavailable(`the browser refuses it, ${told(thrown)}`, thrown);
    });
    return new Folder(await during(FOLDER, "open the folder", () => root.getDirectoryHandle(FOLDER, { create: true })));
  }

  /** The file of a database, if there is one. */
  file(name: Name): Promise<FileSystemFileHandle | undefined> {
    return during(name.place, "find the file", () => this.handle.getFileHandle(name.file).catch(unlessMissing(undefined)));
  }

  /** The file of a database, created empty if there is none. */
  fileOrNew(name: Name): Promise<FileSystemFileHandle> {
    return during(name.place, "create the file", () => this.handle.getFileHandle(name.file, { create: true }));
  }

  /** Deletes the file of a database; whether there was one. */
  remove(name: Name): Promise<boolean> {
    return during(name.place, "delete the file", () => this.handle.removeEntry(name.file).then(() => true, unlessMissing(false)));
  }

  /** The names of the databases, in their order. */
  names(): Promise<string[]> {
    return during(FOLDER, "list the databases", async () => {
      const names = [];
      for await (const entry of this.handle.values()) {
        // What is no file is a folder of somebody else's.
        if (entry.kind !== "file" || !entry.name.endsWith(SUFFIX)) continue;
        const name = entry.name.slice(0, -SUFFIX.length);
        const file = entry as FileSystemFileHandle;
        if (objection(name) === undefined && (await during(name, "look at the file", () => holdsSomething(file)))) names.push(name);
      }
      return names.sort();
    });
  }
}

/** Whether a file holds anything but what is left of a creation that was cut off. It may be open elsewhere. */
export async function holdsSomething(handle: FileSystemFileHandle): Promise<boolean> {
  try {
    const file = await handle.getFile();
    return isBorn(new Uint8Array(await file.slice(0, MARK_LEN).arrayBuffer()));
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
export function isBorn(head: Uint8Array): boolean {
  return head.subarray(0, MARK_LEN).some((byte) => byte !== 0);
}

/** A file that only one can have open, in a dedicated worker. */
export interface LockedFile {
  read(into: Uint8Array, options: { at: number }): number;
  truncate(length: number): void;
  close(): void;
}

/** Locks the file of a database, which has to be there, may not be there, or is created if it isn't. */
export async function lock(name: Name, mode: "open" | "new" | "create"): Promise<LockedFile> {
  if (!inDedicatedWorker()) throw unavailable("this is no dedicated worker of a browser, use it in one");
  const folder = await Folder.get();
  const handle = await (mode === "open" ? folder.file(name) : folder.fileOrNew(name));
  if (handle === undefined) throw missing(name.place);
  // Only the types of workers have it.
  const { createSyncAccessHandle } = handle as { createSyncAccessHandle?: () => Promise<LockedFile> };
  if (createSyncAccessHandle === undefined) throw unavailable("the browser is too old");
  const file = await during(name.place, "lock the file", () => createSyncAccessHandle.call(handle));
  try {
    return await during(name.place, "look at the file", async () => begun(name, mode, file));
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The file, if it is what the mode expects; an empty one if there is no database in it. */
function begun(name: Name, mode: "open" | "new" | "create", file: LockedFile): LockedFile {
  const head = new Uint8Array(MARK_LEN);
  file.read(head, { at: 0 });
  if (isBorn(head)) {
    if (mode !== "new") return file;
    throw new KeyloftError("DatabaseExists", `there is a database \`${name.place}\` already: open it, or choose another name`);
  }
  if (mode === "open") throw missing(name.place);
  // redb begins a database in an empty file only.
  file.truncate(0);
  return file;
}

function inDedicatedWorker(): boolean {
  const { DedicatedWorkerGlobalScope: Scope } = globalThis as { DedicatedWorkerGlobalScope?: new () => object };
  return Scope !== undefined && globalThis instanceof Scope;
}

/** The error of a place where there are no such files. */
export function unavailable(reason: string, cause?: unknown): KeyloftError {
  const options = cause === undefined ? undefined : { cause };
  return new KeyloftError("StorageUnavailable", `${STORAGE} can't be used here: ${reason}`, options);
}

/** The error of a database that is not there. */
export function missing(place: string): KeyloftError {
  return new KeyloftError("DatabaseMissing", `there is no database \`${place}\`: create it first`);
}

/** Does something to a database or to the folder; what the browser throws is told as the package's error. */
export async function during<T>(place: string, action: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw thrown instanceof KeyloftError ? thrown : failed(place, action, thrown);
  }
}

function failed(place: string, action: string, thrown: unknown): KeyloftError {
  const cause = new Error(`${place}: ${told(thrown)}`, { cause: thrown });
  switch (thrown instanceof Error ? thrown.name : undefined) {
    case "NoModificationAllowedError":
      return new KeyloftError("DatabaseLocked", `can't ${action} of database \`${place}\`: it is open in another tab or worker: close it there first, or use \`db.file()\` of the open database`);
    case "NotFoundError":
      return missing(place);
    case "TypeMismatchError":
      return new KeyloftError("NotADatabase", `\`${place}\` is not a database: it is a folder`);
    case "NotAllowedError":
    case "SecurityError":
      return new KeyloftError("PermissionDenied", `\`${place}\` can't be opened: permission denied; check the rights of the file and its folder`, { cause });
    case "QuotaExceededError":
      return new KeyloftError("StorageFull", `no space is left for \`${place}\`: free some, or ask for more, then open it anew`, { cause });
    default:
      return new KeyloftError("Backend", `${STORAGE} failed to ${action}`, { cause });
  }
}

/** Takes what is not there for this; anything else is thrown on. */
function unlessMissing<T>(value: T): (thrown: unknown) => T {
  return (thrown) => {
    if (isNamed(thrown, "NotFoundError")) return value;
    throw thrown;
  };
}

function isNamed(thrown: unknown, name: string): boolean {
  return thrown instanceof Error && thrown.name === name;
}

function told(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
}
