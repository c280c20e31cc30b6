// Web locks show which tabs and workers are alive: the browser releases a lock when its holder ends, even in a crash.

import { unavailable } from "../../files/web/file-error.js";

/** Returns the name of the lock of the leader. Candidates queue for it, so at most one opens the file. */
export const leaderLock = (database: string): string => `keyloft.leader:${database}`;

/** Returns the name of the lock that a client holds while it is alive. */
export const clientLock = (client: string): string => `keyloft.client:${client}`;

/** Returns the name of the lock that a worker holds while it is alive. */
export const workerLock = (candidate: string): string => `keyloft.worker:${candidate}`;

/** Takes a lock that no other code requests, and returns the function that releases it. */
export async function hold(name: string): Promise<() => Promise<void>> {
  try {
    return await held(name);
  } catch (cause) {
    throw unavailable("the browser refuses Web Locks, as in a sandboxed frame", cause);
  }
}

function held(name: string): Promise<() => Promise<void>> {
  return new Promise((held, failed) => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const over: Promise<void> = navigator.locks.request(name, () => {
      held(() => {
        release();
        return over;
      });
      return released;
    });
    over.catch(failed);
  });
}

/** Waits until the lock is released. Returns `false` if the signal aborted the wait. */
export async function gone(name: string, signal: AbortSignal): Promise<boolean> {
  try {
    return await navigator.locks.request(name, { signal }, () => true);
  } catch {
    return false;
  }
}
