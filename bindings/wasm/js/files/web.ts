import { makeWorker } from "keyloft-worker";

import type { DatabaseFiles } from "./files.js";
import { DatabaseName } from "./web/database-name.js";
import { attempt } from "./web/file-error.js";
import { lock } from "./web/file-lock.js";
import { DatabaseFolder } from "./web/folder.js";
import { persist } from "./web/persistence.js";
import { holdsDatabase } from "./web/probe.js";
import { read, replace } from "./web/replacement.js";
import { unshared } from "./web/sharing.js";
import { trust } from "./web/unsynced.js";

/** The browser's private files. */
export const files: DatabaseFiles = {
  makeWorker,
  placeOf: (database) => new DatabaseName(database).text,
  lock: async (database, mode, shared) => {
    const name = new DatabaseName(database);
    return shared ? lock(name, mode) : unshared(name.text, () => lock(name, mode));
  },
  async exists(database) {
    const name = new DatabaseName(database);
    const file = await (await DatabaseFolder.open()).file(name);
    return file !== undefined && attempt(name.text, "look at the file", () => holdsDatabase(file));
  },
  async remove(database) {
    const name = new DatabaseName(database);
    return unshared(name.text, async () => {
      const existed = await (await DatabaseFolder.open()).remove(name);
      await trust(name.text);
      return existed;
    });
  },
  async list() {
    return (await DatabaseFolder.open()).list();
  },
  replace: async (database, bytes) => {
    const name = new DatabaseName(database);
    return unshared(name.text, async () => {
      await replace(name, bytes);
      await trust(name.text);
    });
  },
  persist,
  read: async (database) => {
    const name = new DatabaseName(database);
    return unshared(name.text, () => read(name));
  },
};
