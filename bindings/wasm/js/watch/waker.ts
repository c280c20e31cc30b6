import * as host from "../engine/callbacks.js";

/** What the engine's end of a watch has to know: not the watch, which is collected when nobody holds it any more. */
export interface WatchState {
  ended: boolean;
  waiting: (() => void)[];
}

// Functions of their own, because closures of one scope keep alive what any of them uses.

export function waker(state: WatchState): () => void {
  return () => {
    for (const resolve of state.waiting.splice(0)) resolve();
  };
}

export function ender(state: WatchState, number: number, wake: () => void): () => void {
  return () => {
    state.ended = true;
    host.removeWaker(number);
    wake();
  };
}

export function forgetter(number: number, forgetClose: () => void): () => void {
  return () => {
    forgetClose();
    host.removeWaker(number);
  };
}
