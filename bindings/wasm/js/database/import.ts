import { bytesIn } from "../codec/bytes.js";
import { blobBytes, isBlob, isBuffer, isBytes } from "../codec/foreign.js";
import { invalid, shown } from "../error/check.js";
import type { Global } from "../platform/globals.js";

/** The result of an import. */
export interface ImportSummary {
  /** The number of partitions, including those of indexes. */
  partitions: number;
  /** The number of entries. */
  entries: number;
  /** The bytes of their keys and values. */
  bytes: number;
  /** The digest of the imported data, which the database has now. */
  digest: string;
}

/** A source of an import. */
export type ImportSource =
  | Uint8Array
  | ArrayBuffer
  | Global<"Blob">
  | ByteStream
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>;

/** A `ReadableStream` of bytes, for projects without the types of the DOM. */
export interface ByteStream {
  getReader(): {
    read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
    cancel?(reason?: unknown): Promise<void>;
  };
}

/** Cancels a stream. Its own errors are ignored. */
function cancel(reader: ReturnType<ByteStream["getReader"]>, reason: unknown): void {
  new Promise((resolve) => resolve(reader.cancel?.(reason))).catch(() => undefined);
}

/** Returns all bytes of a source. */
export async function collect(source: ImportSource): Promise<Uint8Array> {
  if (isBytes(source) || isBuffer(source)) return bytesIn(source);
  if (isBlob(source)) return blobBytes(source);
  const streams = ["getReader", Symbol.asyncIterator, Symbol.iterator];
  if (typeof source !== "object" || source === null || !streams.some((name) => name in source)) throw invalid(`the source of an import must be bytes or a stream of bytes, not ${shown(source)}`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const add = (chunk: unknown): void => {
    if (!isBytes(chunk)) throw invalid(`a stream to import must yield Uint8Arrays, not ${shown(chunk)}`);
    chunks.push(chunk);
    length += chunk.length;
  };
  if ("getReader" in source) {
    const reader = source.getReader();
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) add(next.value);
    } catch (error) {
      cancel(reader, error);
      throw error;
    }
  } else {
    for await (const chunk of source as AsyncIterable<Uint8Array>) add(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Returns a copy of the bytes of a file, because the caller may change the original during the call. */
export async function bytesOf(file: Uint8Array | ArrayBuffer | Global<"Blob">): Promise<Uint8Array> {
  if (isBytes(file) || isBuffer(file)) return bytesIn(file).slice();
  if (isBlob(file)) return blobBytes(file);
  throw invalid(`a database's file must be a Uint8Array, an ArrayBuffer or a Blob, not ${shown(file)}`);
}
