import { closeSync, constants, fstatSync, fsyncSync, openSync, readdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

import { KeyloftError } from "../../error/error.js";
import type { Mode } from "../mode.js";
import { isInitialized, MARK_LEN } from "../header.js";
import { takeLock } from "./locker.js";
import { isDistrusted, NodeFile } from "./node-file.js";
import { attempt, codeOf, missing, notADatabase } from "./system-error.js";

/** Locks the file of a database. By the mode, it must exist, must not exist, or is created if it is missing. */
export function lock(path: string, mode: Mode): NodeFile {
  for (;;) {
    const file = attempt(path, "open", () => lockOnce(path, mode));
    if (file === undefined) continue;
    try {
      return attempt(path, "read", () => checked(path, mode, file));
    } catch (error) {
      file.close();
      throw error;
    }
  }
}

/** Returns `undefined` if the file was deleted or replaced meanwhile. */
function lockOnce(path: string, mode: Mode): NodeFile | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) throw notADatabase(path, "it is a folder");
  // A pipe or a device may block when it is opened.
  if (found?.isFile() === false) throw notADatabase(path, "it is not a regular file");
  if (found === undefined && mode === "open") throw missing(path);
  const descriptor = open(path, found === undefined);
  if (descriptor === undefined) return undefined;
  let locked = false;
  try {
    const release = takeLock(descriptor, path);
    if (release === undefined) throw inUse(path, descriptor);
    if (!isAt(descriptor, path)) {
      release();
      return undefined;
    }
    if (isDistrusted(descriptor)) {
      release();
      throw syncFailed(path);
    }
    if (found === undefined) syncFolder(path);
    locked = true;
    return new NodeFile(descriptor, release);
  } finally {
    // A refused creation leaves the empty file, because another program may have it open by now.
    if (!locked) closeSync(descriptor);
  }
}

/** Returns `undefined` if another program has created or deleted the file meanwhile. */
function open(path: string, create: boolean): number | undefined {
  const { O_RDWR, O_CREAT, O_EXCL } = constants;
  try {
    return openSync(path, create ? O_RDWR | O_CREAT | O_EXCL : O_RDWR);
  } catch (error) {
    if (codeOf(error) === (create ? "EEXIST" : "ENOENT")) return undefined;
    throw error;
  }
}

/** Returns the file if it fits the mode. The file is empty if it holds no database. */
function checked(path: string, mode: Mode, file: NodeFile): NodeFile {
  const head = new Uint8Array(MARK_LEN);
  file.read(head, { at: 0 });
  if (isInitialized(head)) {
    if (mode !== "new") return file;
    throw new KeyloftError("DatabaseExists", `\`${path}\` exists already: open it with another mode, or choose another path`);
  }
  if (mode === "open") throw missing(path);
  // redb creates a database only in an empty file.
  file.truncate(0);
  return file;
}

/** Returns `true` if the open file is the one that the path leads to. */
function isAt(descriptor: number, path: string): boolean {
  const [own, there] = [fstatSync(descriptor), statSync(path, { throwIfNoEntry: false })];
  return there !== undefined && own.ino === there.ino && own.dev === there.dev;
}

/** Makes the entries of the file's folder durable. A database whose entry is lost in a power cut would be lost with it. */
export function syncFolder(path: string): void {
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function syncFailed(path: string): KeyloftError {
  return new KeyloftError("SyncFailed", `\`${path}\` can't be opened again: a sync of it has failed, and this system may show writes that the disk does not have; restart the machine, or detach the storage and attach it again`);
}

function inUse(path: string, descriptor: number): KeyloftError {
  const holder = isOpenHere(descriptor) ? "this program has it open, here or in another thread, perhaps a terminated one" : "it is open elsewhere";
  return new KeyloftError("DatabaseLocked", `\`${path}\` is locked: ${holder}; close it there, or open it once and share the database`);
}

/** Returns `true` if this program has the file open as another descriptor, which only Linux shows. */
function isOpenHere(descriptor: number): boolean {
  const FOLDER = "/proc/self/fd";
  const { ino, dev } = fstatSync(descriptor);
  try {
    return readdirSync(FOLDER).some((name) => {
      const other = statSync(`${FOLDER}/${name}`, { throwIfNoEntry: false });
      return Number(name) !== descriptor && other?.ino === ino && other.dev === dev;
    });
  } catch {
    return false;
  }
}
