import { readFileSync } from "node:fs";

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
  now: () => new WebAssembly.Module(readFileSync(new URL(ENGINE_FILE, import.meta.url))),
  later: () => undefined,
};
