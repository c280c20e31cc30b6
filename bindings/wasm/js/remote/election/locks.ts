import { unavailable } from "../../files/file-error.js";

// The locks of the browser's that tell who is there: they go with who holds them, however that ends.


/** Of who has the database open, or waits for that. */
export const leaderLock = (database: string): string => `keyloft.leader:${database}`;

/** Of a client, as long as it is there. */
export const clientLock = (client: string): string => `keyloft.client:${client}`;

/** Of a worker, as long as it is there. */
export const workerLock = (candidate: string): string => `keyloft.worker:${candidate}`;

/** Takes a lock that is nobody else's; what is returned lets it go. */
export async function hold(name: string): Promise<() => Promise<void>> {
  try {
    return await held(name);
  } catch (cause) {
    throw unavailable("the browser refuses its locks, as it does in a sandboxed frame", cause);
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

/** Waits until nobody has the lock any more; whether that is so, or it was given up. */
export async function gone(name: string, signal: AbortSignal): Promise<boolean> {
  try {
    return await navigator.locks.request(name, { signal }, () => true);
  } catch {
    return false;
  }
}
