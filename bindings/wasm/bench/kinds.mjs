// The kinds of stores that are compared: their constructors, their rows, the title of the rows, and the stores that have targets.
import { fileRows, rows } from "./rows.mjs";

/** Each kind imports only its own stores. */
export const KINDS = {
  memory: async () => ({ stores: (await import("./stores.mjs")).STORES, rows, title: "JavaScript", isJudged: (name) => name.startsWith("keyloft") }),
  files: async () => ({ stores: (await import("./files.mjs")).FILE_STORES, rows: fileRows, title: "files", isJudged: (name) => name === "keyloft, openDirect" }),
};
