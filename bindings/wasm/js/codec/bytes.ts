import { invalid } from "../error/check.js";

/** The bytes, or those of the buffer; none that were given away, or whose buffer has shrunk: they would look like none at all. */
export function bytesIn(source: Uint8Array | ArrayBuffer): Uint8Array {
  try {
    const bytes = source instanceof Uint8Array ? source : new Uint8Array(source);
    // Bytes that are not there any more refuse to be searched.
    bytes.indexOf(0);
    return bytes;
  } catch (cause) {
    throw invalid("the bytes are detached: their buffer was transferred to somebody else, or has become smaller", cause);
  }
}
