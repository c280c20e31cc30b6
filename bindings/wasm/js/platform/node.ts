import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { decodeAsciiWith } from "../codec/reader.js";
import type { Platform } from "./platform.js";

interface Latin1 {
  latin1Slice?: (start: number, end: number) => string;
}
const { Buffer } = globalThis as { Buffer?: { prototype: Latin1 } };

const latin1Slice = Buffer?.prototype.latin1Slice;
if (latin1Slice !== undefined) {
  decodeAsciiWith((bytes, start, end) => latin1Slice.call(bytes as unknown as Latin1, start, end));
}

/** The path of the engine's file, relative to a script of the package. */
declare const ENGINE_FILE: string;

/** The platform of Node, Deno and Bun, which read the file at once. */
export const platform: Platform = {
  now: () => new WebAssembly.Module(readEngine()),
  later: () => undefined,
};

/**
 * Reads the file at its URL, which bundlers recognise and change to that of their copy. Next's copy for a page is where only a browser
 * finds it. Then the file is read from the package.
 */
function readEngine(): Uint8Array<ArrayBuffer> {
  try {
    return readFileSync(new URL(ENGINE_FILE, import.meta.url));
  } catch (error) {
    try {
      return readFileSync(join(dirname(fileURLToPath(import.meta.url)), ENGINE_FILE));
    } catch {
      throw error;
    }
  }
}
