import * as glue from "keyloft-glue-persistent";

import { Reader } from "../codec/reader.js";
import type { Driver } from "../engine/driver.js";
import { Loader } from "../engine/loader.js";
import { readError } from "../engine/response.js";
import { checkFields, invalid, shown } from "../error/check.js";
import { KeyloftError } from "../error/error.js";
import { DatabaseName } from "../files/database-name.js";
import { lock } from "../files/file-lock.js";
import type { LockedFile } from "../platform/locked-file.js";

/** How a database is opened. */
export interface OpenOptions {
  /**
   * Whether it has to be there (`"open"`), may not be there (`"new"`), or is created if it isn't (`"create"`, unless
   * something else is said).
   */
  mode?: "create" | "open" | "new" | undefined;
  /** Whether every checksum is verified, which reads all of it: for a file that may be damaged. */
  check?: boolean | undefined;
  /**
   * How long to wait for another one that has it open, in milliseconds, before it is an error with the code
   * `DatabaseLocked`. 4000 if it isn't said: Chromium keeps the locks of a worker that was terminated for 2 seconds.
   */
  wait?: number | undefined;
}

type Mode = NonNullable<OpenOptions["mode"]>;

const MODES: readonly Mode[] = ["create", "open", "new"];

const WAIT = 4000;

/** How long to wait between two attempts, in milliseconds. */
const PAUSE = 50;

/** The engine with databases that are files. */
export const loader = new Loader(glue);

/** The way to an empty database in memory. */
export function memoryDriver(): Driver {
  return loader.driver(() => glue.Engine.memory());
}

/** The way to a database in memory whose file has these bytes, or begins empty. */
export async function bytesDriver(bytes: Uint8Array | undefined): Promise<Driver> {
  await loader.init();
  return loader.driver(() => reading(() => (bytes === undefined ? glue.Engine.newImage() : glue.Engine.fromImage(bytes))));
}

/** The bytes of a database's file after every checksum was verified, and what was left open in it recovered. */
export async function verifiedImage(place: string, bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  await loader.init();
  return loader.guard(() => reading(() => glue.Engine.soundImage(place, bytes)));
}

/** The way to a database in the browser's private files, in a dedicated worker. */
export async function openDriver(database: string, options: OpenOptions = {}): Promise<Driver> {
  const name = new DatabaseName(database);
  checkFields(options, ["mode", "check", "wait"], "the options of opening");
  const { mode, check, wait } = checkOpen(options);
  await loader.init();
  // An engine that has crashed opens nothing, and creates no file.
  loader.guard(() => undefined);
  const file = await lockWithRetry(name, mode, wait);
  try {
    return loader.driver(() => reading(() => glue.Engine.inPrivateFile(file, name.place, check)));
  } catch (error) {
    file.close();
    throw error;
  }
}

/** What is said of opening a file, known to be of the right kind, and what isn't said. */
export function checkOpen(options: OpenOptions): { mode: Mode; check: boolean; wait: number } {
  const { mode = "create", check = false, wait = WAIT } = options;
  if (!MODES.includes(mode)) throw invalid(`${shown(mode)} is no way to open a database: it is one of ${MODES.join(", ")}`);
  if (typeof check !== "boolean") throw invalid(`check is true or false, not ${shown(check)}`);
  if (typeof wait !== "number" || !(wait >= 0)) throw invalid(`the time to wait is a number of milliseconds, not ${shown(wait)}`);
  return { mode, check, wait };
}

async function lockWithRetry(name: DatabaseName, mode: Mode, wait: number): Promise<LockedFile> {
  const end = performance.now() + wait;
  for (;;) {
    try {
      return await lock(name, mode);
    } catch (error) {
      const locked = error instanceof KeyloftError && error.code === "DatabaseLocked";
      if (!locked || performance.now() >= end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** What the work gives, or the error that it has thrown as bytes. */
function reading<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw thrown(error);
  }
}

/** The error that the engine has thrown as bytes, or whatever else was thrown. */
function thrown(error: unknown): unknown {
  return error instanceof Uint8Array ? readError(new Reader(error)) : error;
}
