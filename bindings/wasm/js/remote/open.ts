import { open } from "keyloft-opening";

import { DirectDatabase } from "../database/direct-database.js";
import { bytesDriver } from "../database/open.js";
import { limited } from "../engine/limits.js";
import { invalid, shown } from "../error/check.js";
import { asyncDispose } from "../platform/dispose.js";
import type { AsyncDatabase } from "./client/async-database.js";
import { RemoteObject } from "./client/connection.js";
import { stubClass } from "./client/stub.js";
import { DATABASE } from "./messages/remote-api.js";
import type { Opened } from "./opening/opened.js";
import { type AsyncOpenOptions, checkMemory, checkOpening, type MemoryOptions } from "./options.js";
import { Owner } from "./owner.js";

export type { AsyncOpenOptions, MemoryOptions } from "./options.js";

/** Opens a database in a file: in this thread, in another one, or on a page in the package's worker. */
export async function openAsync(name: string, options?: AsyncOpenOptions): Promise<AsyncDatabase> {
  const opening = checkOpening(options);
  if (typeof name !== "string") throw invalid(`a database's name must be a string, not ${shown(name)}`);
  return limited(opening.limits, `opening \`${name}\``, async (ended) => opened(await open(name, opening, ended)));
}

/** Creates an empty database whose file is in memory, behind the same connection and on the same engine as one on a disk. */
export async function openMemory(options?: MemoryOptions): Promise<AsyncDatabase> {
  const patience = checkMemory(options);
  return opened(new Owner(new DirectDatabase(await bytesDriver(undefined)), patience));
}

function opened(by: Opened): AsyncDatabase {
  return new RemoteDatabase(by) as unknown as AsyncDatabase;
}

/** The database that a tab or a thread has open. */
class RemoteDatabase extends stubClass(DATABASE) {
  readonly #by: Opened;

  constructor(by: Opened) {
    super(new RemoteObject(by.connection));
    this.#by = by;
  }

  get closed(): boolean {
    return this.#by.connection.closed;
  }

  get role(): "leader" | "follower" {
    return this.#by.role;
  }

  close(): Promise<void> {
    return this.#by.close();
  }

  [asyncDispose](): Promise<void> {
    return this.close();
  }
}
