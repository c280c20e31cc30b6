import { readFileSync } from "node:fs";

import type { Platform } from "../loader.js";
import { decodeAsciiWith } from "../wire.js";

interface Latin1 {
  latin1Slice?: (start: number, end: number) => string;
}
const { Buffer } = globalThis as { Buffer?: { prototype: Latin1 } };
const latin1Slice = Buffer?.prototype.latin1Slice;
if (latin1Slice !== undefined) {
  decodeAsciiWith((bytes, start, end) => latin1Slice.call(bytes as unknown as Latin1, start, end));
}

/** Node, and what does as Node does: the file is read at once. */
export const platform: Platform = {
  now: (build) =>
    new WebAssembly.Module(
      readFileSync(
        build === "memory"
          ? new URL("../keyloft-memory.wasm", import.meta.url)
          : new URL("../keyloft.wasm", import.meta.url),
      ),
    ),
  later: () => undefined,
};
