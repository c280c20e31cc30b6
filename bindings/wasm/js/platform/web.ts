import type { Platform } from "./platform.js";

/** The path of the engine's file, relative to a script of the package. */
declare const ENGINE_FILE: string;

/** The platform of browsers, their workers and bundlers, which fetch the file. */
export const platform: Platform = {
  later: () => new URL(ENGINE_FILE, import.meta.url),
};
