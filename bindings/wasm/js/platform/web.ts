import type { Platform } from "./platform.js";

/** Where the engine's file is from a script of the package. */
declare const ENGINE_FILE: string;

/** Browsers, their workers, and bundlers: the file is fetched from beside this one. */
export const platform: Platform = {
  later: () => new URL(ENGINE_FILE, import.meta.url),
};
