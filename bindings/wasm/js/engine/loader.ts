import { platform } from "keyloft-platform";

import { KeyloftError } from "../error/error.js";
import type { Global } from "../platform/globals.js";
import type { Module } from "../platform/platform.js";
import { Driver } from "./driver.js";
import { type Engine, type Instance, poison } from "./instance.js";

/** The source of the engine: its URL, a request or response of `fetch`, its bytes, or the compiled module. */
export type ModuleSource =
  | string
  | Global<"URL">
  | Global<"Request">
  | Global<"Response">
  | PromiseLike<Global<"Response">>
  | ArrayBuffer
  | ArrayBufferView<ArrayBuffer>
  | Module;

interface Glue {
  initSync(options: { module: Module }): Pick<Instance, "memory">;
  default(options: { module_or_path: unknown }): Promise<Pick<Instance, "memory">>;
  abandon?(): void;
}

/** A loader of the engine. */
export class Loader {
  private readonly glue: Glue;
  private instance: Instance | undefined;
  private loading: Promise<void> | undefined;

  constructor(glue: Glue) {
    this.glue = glue;
  }

  /** Loads the engine, unless it is loaded. */
  init(source?: ModuleSource): Promise<void> {
    if (this.instance !== undefined) return Promise.resolve();
    this.loading ??= this.load(source).catch((cause: unknown) => {
      this.loading = undefined;
      throw cause instanceof KeyloftError ? cause : failed(cause);
    });
    return this.loading;
  }

  /** Returns the driver of a new engine. */
  driver(make: () => Engine): Driver {
    const instance = this.requireInstance();
    return new Driver(this.guard(make), instance);
  }

  /** Runs a function of the engine's module, which may crash. */
  guard<T>(work: () => T): T {
    const instance = this.requireInstance();
    if (instance.poison !== undefined) throw poison(instance, instance.poison.cause);
    try {
      return work();
    } catch (error) {
      throw error instanceof WebAssembly.RuntimeError ? poison(instance, error) : error;
    }
  }

  /** Returns the instance. Loads it now, where the runtime can. */
  requireInstance(): Instance {
    if (this.instance === undefined && platform.now !== undefined) {
      try {
        this.setInstance(this.glue.initSync({ module: platform.now() }));
      } catch (cause) {
        throw failed(cause);
      }
    }
    if (this.instance === undefined) {
      throw new KeyloftError("NotInitialized", "the engine is not loaded yet: `await init()` first");
    }
    return this.instance;
  }

  private async load(source: ModuleSource | undefined): Promise<void> {
    if (source === undefined && platform.now !== undefined) {
      this.requireInstance();
      return;
    }
    this.setInstance(await this.glue.default({ module_or_path: source ?? platform.later() }));
  }

  private setInstance({ memory }: Pick<Instance, "memory">): void {
    this.instance = { memory, abandon: this.glue.abandon, poison: undefined };
  }
}

function failed(cause: unknown): KeyloftError {
  return new KeyloftError("NotInitialized", "the engine could not be loaded: serve its file beside the package's scripts, or pass another source to `init`", { cause });
}
