import { files } from "keyloft-files";
import * as glue from "keyloft-glue-persistent";

import type { Driver } from "../engine/driver.js";
import { checkAborted, checkLimits, limited, type Limits } from "../engine/limits.js";
import { Loader } from "../engine/loader.js";
import { decodingErrors } from "../engine/response.js";
import { checkFields, invalid, shown } from "../error/check.js";
import { KeyloftError } from "../error/error.js";
import type { Mode } from "../files/mode.js";
import type { LockedFile } from "../platform/locked-file.js";

/** The options of opening a database. */
export interface OpenOptions extends Limits {
  /**
   * The expected state: the database must exist (`"open"`), must not exist (`"new"`), or is created if it is missing
   * (`"create"`, the default).
   */
  mode?: Mode | undefined;
  /** Verifies every checksum before the opening, for a file that may be damaged. It reads the whole file. */
  check?: boolean | undefined;
  /**
   * The time to wait while another tab, worker or program has the database open, in milliseconds. After that, the opening fails
   * with the code `DatabaseLocked`. 4000 by default, because Chromium keeps the locks of a terminated worker for 2 seconds.
   */
  wait?: number | undefined;
  /** Ends the opening with the signal's reason. */
  signal?: Limits["signal"];
  /**
   * The longest time that the opening may take in all, with the loading of the engine, in milliseconds. After it the opening fails
   * with the code `TimedOut`. By default it is a minute longer than `wait`.
   */
  timeout?: number | undefined;
}

/** The names of the options. */
export const OPEN_OPTIONS: readonly string[] = ["mode", "check", "wait", "signal", "timeout"];

const MODES: readonly Mode[] = ["create", "open", "new"];

const WAIT = 4000;

/** The time that an opening may take beyond `wait`, in milliseconds. */
const MORE_THAN_WAIT = 60_000;

/** The pause between two attempts, in milliseconds. */
const PAUSE = 50;

/** The loader of the engine with files. */
export const loader = new Loader(glue);

/** Returns the driver of an empty database in memory. */
export function memoryDriver(): Driver {
  return loader.driver(() => glue.Engine.memory());
}

/** Returns the driver of a database in memory whose file has these bytes, or is empty. */
export async function bytesDriver(bytes: Uint8Array | undefined): Promise<Driver> {
  await loader.init();
  return loader.driver(() => decodingErrors(() => (bytes === undefined ? glue.Engine.newImage() : glue.Engine.fromImage(bytes))));
}

/** Verifies every checksum of a database's file, and returns its bytes, recovered if it was not closed. */
export async function verifiedImage(place: string, bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  await loader.init();
  return loader.guard(() => decodingErrors(() => glue.Engine.soundImage(place, bytes)));
}

/**
 * Returns the driver of a database in a file. In a browser, this thread must be a dedicated worker. `shared` is set for the leader of
 * several tabs.
 */
export async function openDriver(name: string, options: OpenOptions = {}, shared = false): Promise<Driver> {
  const place = files.placeOf(name);
  checkFields(options, OPEN_OPTIONS, "the options of opening");
  const { mode, check, wait, limits } = checkOpen(options);
  return limited(limits, `opening \`${place}\``, async (ended) => {
    await loader.init(undefined, ended);
    // A crashed engine must not create a file that it can't open.
    loader.guard(() => undefined);
    const file = await lockWithRetry(name, mode, wait, shared, ended);
    return driverOn(file, place, check);
  });
}

function driverOn(file: LockedFile, place: string, check: boolean): Driver {
  try {
    return loader.driver(() => decodingErrors(() => glue.Engine.inPrivateFile(file, place, check)));
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Checks the options, and returns them with the defaults. */
export function checkOpen(options: OpenOptions): { mode: Mode; check: boolean; wait: number; limits: Limits } {
  const { mode = "create", check = false, wait = WAIT, signal, timeout } = options;
  if (!MODES.includes(mode)) throw invalid(`mode must be one of ${MODES.join(", ")}, not ${shown(mode)}`);
  if (typeof check !== "boolean") throw invalid(`check must be true or false, not ${shown(check)}`);
  if (typeof wait !== "number" || !(wait >= 0)) throw invalid(`wait must be a number of milliseconds of at least 0, not ${shown(wait)}`);
  checkLimits({ signal, timeout });
  return { mode, check, wait, limits: { signal, timeout: timeout ?? wait + MORE_THAN_WAIT } };
}

async function lockWithRetry(name: string, mode: Mode, wait: number, shared: boolean, ended: AbortSignal): Promise<LockedFile> {
  const end = performance.now() + wait;
  for (;;) {
    try {
      const file = await files.lock(name, mode, shared);
      if (!ended.aborted) return file;
      file.close();
    } catch (error) {
      const locked = error instanceof KeyloftError && error.code === "DatabaseLocked";
      if (!locked || performance.now() >= end) throw error;
    }
    checkAborted(ended);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
