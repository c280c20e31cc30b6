import { KeyloftError } from "../error/error.js";
import type { DatabaseFiles } from "./files.js";

const refuse = (): never => {
  throw new KeyloftError("StorageUnavailable", "files can't be used here: this runtime keeps none; use `Database.fromBytes`, and keep the result of `file()`");
};

/** The files of a runtime that keeps none. */
export const files: DatabaseFiles = {
  makeWorker: undefined,
  placeOf: (database) => database,
  lock: async () => refuse(),
  exists: async () => refuse(),
  remove: async () => refuse(),
  list: async () => refuse(),
  replace: async () => refuse(),
  persist: async () => refuse(),
  read: async () => refuse(),
};
