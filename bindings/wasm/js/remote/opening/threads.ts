import { files } from "keyloft-files";

import { DirectDatabase } from "../../database/direct-database.js";
import { loader, openDriver } from "../../database/open.js";
import type { Opening } from "../options.js";
import { Owner } from "../owner.js";
import { Thread } from "../thread.js";
import type { Opened } from "./opened.js";

/** Opens the database in this thread, or through the thread of this program that has it open. */
export async function open(name: string, { exclusive, patience, open, wasm }: Opening, ended: AbortSignal): Promise<Opened> {
  // The file is opened again by its path, which must not change with the working directory.
  const place = files.placeOf(name);
  await loader.init(wasm, ended);
  if (!exclusive && canShare()) return Thread.open(place, { patience, open }, ended);
  const reopen = async (): Promise<DirectDatabase> => new DirectDatabase(await openDriver(place, { mode: "open" }));
  return new Owner(new DirectDatabase(await openDriver(place, { ...open, signal: ended })), patience, reopen);
}

/** Returns `true` if threads can talk by channels that keep no program from ending. Deno's keep it. */
function canShare(): boolean {
  return typeof BroadcastChannel !== "undefined" && "unref" in BroadcastChannel.prototype;
}
