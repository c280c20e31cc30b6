import type { Platform } from "../loader.js";

/** Browsers, their workers, and bundlers: the file is fetched from beside this one. */
export const platform: Platform = {
  later: (build) =>
    build === "memory"
      ? new URL("../keyloft-memory.wasm", import.meta.url)
      : new URL("../keyloft.wasm", import.meta.url),
};
