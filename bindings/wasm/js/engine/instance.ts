import { KeyloftError } from "../error/error.js";

/** The methods of an engine that are used here. */
export interface Engine {
  reserve(length: number): number;
  call(op: number, handle: number, snapshot: number, length: number): number;
  transact(): number;
  close?(): number;
  free(): void;
}

/** An instance of the engine's module. A panic ends it, with all of its databases. */
export interface Instance {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Releases the files that it has open. */
  readonly abandon: (() => void) | undefined;
  /** The remedy of a crash. */
  readonly remedy: string;
  poison: { cause: unknown } | undefined;
}

/** Marks an instance as crashed, and returns the error of this and every later call to it. */
export function poison(instance: Instance, cause: unknown): KeyloftError {
  if (instance.poison === undefined) {
    instance.poison = { cause };
    try {
      // It reads a list of files that no crash leaves half-written. After it, others can open the files.
      instance.abandon?.();
    } catch {
      // The browser releases them with the page or the worker.
    }
  }
  return new KeyloftError("Poisoned", `the engine has crashed and can't be used any more: ${instance.remedy}`, instance.poison);
}
