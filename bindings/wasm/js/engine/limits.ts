import { checkFields, invalid, shown } from "../error/check.js";
import { KeyloftError } from "../error/error.js";
import type { Global } from "../platform/globals.js";

/** The limits of a call that waits. */
export interface Limits {
  /** Ends the call with the signal's reason. */
  signal?: Global<"AbortSignal"> | undefined;
  /** The longest time that the call may take, in milliseconds. After it the call fails with the code `TimedOut`. */
  timeout?: number | undefined;
}

/** The longest time that a timer takes, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/** Throws unless the limits are valid. */
export function checkLimits({ signal, timeout }: Limits): void {
  if (timeout !== undefined && !(typeof timeout === "number" && timeout >= 0)) throw invalid(`timeout must be a number of milliseconds of at least 0, not ${shown(timeout)}`);
  if (signal !== undefined && typeof signal?.addEventListener !== "function") throw invalid(`signal must be an AbortSignal, not ${shown(signal)}`);
}

/** Throws the signal's reason if it is aborted. Some signals of jsdom lack the method for that. */
export function checkAborted({ aborted, reason }: Global<"AbortSignal">): void {
  if (aborted) throw reason;
}

/** Does some work within the limits. The work ends when its signal is aborted, and the error is the signal's reason. */
export async function limited<T>({ signal, timeout = Infinity }: Limits, what: string, work: (ended: AbortSignal) => Promise<T>): Promise<T> {
  if (signal !== undefined) checkAborted(signal);
  const ending = new AbortController();
  const follow = (): void => ending.abort(signal?.reason);
  signal?.addEventListener("abort", follow);
  const late =
    timeout > LONGEST ? undefined : setTimeout(() => ending.abort(new KeyloftError("TimedOut", `${what} took longer than ${timeout} ms: look at the network and at other tabs, or raise \`timeout\``)), timeout);
  try {
    return await unlessAborted(ending.signal, work(ending.signal));
  } finally {
    clearTimeout(late);
    signal?.removeEventListener("abort", follow);
  }
}

/** Waits for a promise until the signal is aborted. */
export async function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => (abort = () => reject(signal.reason)));
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Loads an engine within the limits. */
export async function load<S>(loader: { init(source?: S, ended?: AbortSignal): Promise<void> }, source: S | undefined, limits: Limits = {}): Promise<void> {
  checkFields(limits, ["signal", "timeout"], "the limits of a load");
  checkLimits(limits);
  await limited(limits, "loading the engine", (ended) => loader.init(source, ended));
}
