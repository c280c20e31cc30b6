import { isBytes } from "./foreign.js";
import { invalid } from "../error/check.js";

/** Returns the bytes of the source. Throws if they are detached or their buffer has shrunk: they would look empty. */
export function bytesIn(source: Uint8Array | ArrayBuffer): Uint8Array {
  try {
    const bytes = isBytes(source) ? source : new Uint8Array(source);
    // Detached bytes can't be searched.
    bytes.indexOf(0);
    return bytes;
  } catch (cause) {
    throw invalid("the bytes are detached: their buffer was transferred or has shrunk; give bytes whose buffer is in use", cause);
  }
}
