import { KeyloftError } from "../error/error.js";

/** The part of the generated module that is used here. */
export interface Engine {
  reserve(length: number): number;
  call(op: number, handle: number, snapshot: number, length: number): number;
  transact(): number;
  close?(): number;
  free(): void;
}

/** An instance of the engine's module. It is lost as a whole when it panics, with all databases in it. */
export interface Instance {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Lets go of the files it has open. */
  readonly abandon: (() => void) | undefined;
  poison: { cause: unknown } | undefined;
}

/** Gives an instance up that has crashed, and the error of every call to it from now on. */
export function poison(instance: Instance, cause: unknown): KeyloftError {
  if (instance.poison === undefined) {
    instance.poison = { cause };
    try {
      // It reads a table of its own and nothing that the crash can have left half-done. Others can open the files then.
      instance.abandon?.();
    } catch {
      // They are free when the page or the worker has gone.
    }
  }
  const message = "the engine has crashed and can't go on: start again in a fresh page, worker or process";
  return new KeyloftError("Poisoned", message, instance.poison);
}
