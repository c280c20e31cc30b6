import * as callbacks from "../engine/callbacks.js";

/** The part of a watch that the engine's callbacks need. They don't refer to the watch, so that it can be collected. */
export interface WatchState {
  ended: boolean;
  waiting: (() => void)[];
}

// These are separate functions, because all closures of one scope keep alive every variable that one of them uses.

export function wakerOf(state: WatchState): () => void {
  return () => {
    for (const resolve of state.waiting.splice(0)) resolve();
  };
}

export function enderOf(state: WatchState, number: number, wake: () => void): () => void {
  return () => {
    state.ended = true;
    callbacks.removeWaker(number);
    wake();
  };
}

export function releaserOf(number: number, removeCloseListener: () => void): () => void {
  return () => {
    removeCloseListener();
    callbacks.removeWaker(number);
  };
}
