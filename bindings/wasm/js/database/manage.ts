import { files } from "keyloft-files";

import { KeyloftError } from "../error/error.js";
import { isInitialized } from "../files/header.js";
import type { Global } from "../platform/globals.js";
import { bytesOf } from "./import.js";
import { verifiedImage } from "./open.js";

/** Replaces a database by the given file, or creates it: all of it, or nothing. */
export async function upload(database: string, file: Uint8Array | ArrayBuffer | Global<"Blob">): Promise<void> {
  const bytes = await bytesOf(file);
  const place = `the upload for ${files.placeOf(database)}`;
  if (!isInitialized(bytes)) throw new KeyloftError("NotADatabase", `\`${place}\` is not a database: its first bytes are not those of one`);
  await files.replace(database, await verifiedImage(place, bytes));
}
