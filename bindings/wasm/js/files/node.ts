import { closeSync, fsyncSync, openSync, readdirSync, readSync, renameSync, rmSync, statSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";

import { KeyloftError } from "../error/error.js";
import type { DatabaseFiles } from "./files.js";
import { isInitialized } from "./header.js";
import { absolute } from "./node/database-path.js";
import { lock, syncFolder } from "./node/file-lock.js";
import type { NodeFile } from "./node/node-file.js";
import { attempt, missing, notADatabase } from "./node/system-error.js";

/** The first bytes of every database. */
const MAGIC = [0x72, 0x65, 0x64, 0x62, 0x1a, 0x0a, 0xa9, 0x0d, 0x0a];

/** The files of Node, Deno and Bun. A database's name is the path of its file. */
export const files: DatabaseFiles = {
  makeWorker: undefined,
  placeOf: absolute,
  lock: async (database, mode) => lock(absolute(database), mode),
  async exists(database) {
    const path = absolute(database);
    return attempt(path, "read", () => statSync(path, { throwIfNoEntry: false })?.isFile() === true && isInitialized(headOf(path)));
  },
  async remove(database) {
    const path = absolute(database);
    return attempt(path, "delete", () => {
      if (statSync(path, { throwIfNoEntry: false }) === undefined) return false;
      // The lock excludes whoever has the database open.
      const file = lockReplaceable(path);
      try {
        unlinkSync(path);
      } finally {
        file.close();
      }
      syncFolder(path);
      return true;
    });
  },
  async list(folder = "") {
    const at = absolute(folder === "" ? "." : folder);
    return attempt(at, "list the databases in", () => {
      if (statSync(at, { throwIfNoEntry: false })?.isDirectory() !== true) throw new KeyloftError("FolderMissing", `\`${at}\` is not a folder: name another one`);
      const names = readdirSync(at).filter((name) => {
        const path = join(at, name);
        if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
        return isMagic(headOf(path));
      });
      return names.sort().map((name) => (folder === "" ? name : join(folder, name)));
    });
  },
  persist: async () => "persistent",
  async replace(database, bytes) {
    const path = absolute(database);
    attempt(path, "write", () => {
      // The lock of the old file excludes whoever has it open, until the new file is in its place.
      const file = lockReplaceable(path);
      const draft = `${path}.upload`;
      try {
        write(draft, bytes);
        renameSync(draft, path);
      } catch (error) {
        rmSync(draft, { force: true });
        throw error;
      } finally {
        file.close();
      }
      syncFolder(path);
    });
  },
  async read(database) {
    const path = absolute(database);
    return attempt(path, "read", () => {
      const file = lock(path, "open");
      try {
        const bytes = new Uint8Array(file.getSize());
        for (let at = 0; at < bytes.length; ) {
          const read = file.read(bytes.subarray(at), { at });
          if (read === 0) throw missing(path);
          at += read;
        }
        return bytes;
      } finally {
        file.close();
      }
    });
  },
};

/** Locks the file of a database, or an empty one, which may then be deleted or replaced. */
function lockReplaceable(path: string): NodeFile {
  const file = lock(path, "create");
  const head = new Uint8Array(MAGIC.length);
  if (file.read(head, { at: 0 }) === 0 || isMagic(head)) return file;
  file.close();
  throw notADatabase(path, "its first bytes are not those of one");
}

/** Writes a new file, and waits until it is durable. */
function write(path: string, bytes: Uint8Array): void {
  const descriptor = openSync(path, "w");
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at, at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function isMagic(head: Uint8Array): boolean {
  return MAGIC.every((byte, i) => head[i] === byte);
}

/** Returns the first bytes of a file. */
function headOf(path: string): Uint8Array {
  const descriptor = openSync(path, "r");
  try {
    const head = new Uint8Array(MAGIC.length);
    readSync(descriptor, head, 0, head.length, 0);
    return head;
  } finally {
    closeSync(descriptor);
  }
}
