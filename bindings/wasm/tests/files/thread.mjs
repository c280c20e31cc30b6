// A thread that opens the database of its first message, and does what each later message says.
import { parentPort } from "node:worker_threads";

import { Database } from "keyloft";

import { NOTES } from "./model.js";

let db;
let notes;
const actions = {
  async open(path, options) {
    db = await Database.open(path, options);
    notes = db.collection("notes", NOTES);
    return db.role;
  },
  openDirect: async (path) => void (globalThis.direct = await Database.openDirect(path)),
  put: (key, title) => notes.put(key, { title }),
  get: (key) => notes.get(key),
  role: async () => db.role,
  close: () => db.close(),
  /** Begins a transaction that stays open. */
  begin: (key) =>
    new Promise((resolve, reject) => {
      db.transaction(async (tx) => {
        await tx.collection("notes", NOTES).put(key, { title: key });
        resolve();
        await new Promise(() => undefined);
      }).catch(reject);
    }),
};

parentPort.on("message", async ({ id, action, args }) => {
  try {
    parentPort.postMessage({ id, value: await actions[action](...args) });
  } catch (error) {
    parentPort.postMessage({ id, code: error.code ?? String(error) });
  }
});
