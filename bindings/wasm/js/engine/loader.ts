import { platform } from "keyloft-platform";

import { KeyloftError } from "../error/error.js";
import type { Global } from "../platform/globals.js";
import type { Module } from "../platform/platform.js";
import { Driver } from "./driver.js";
import { type Engine, type Instance, poison } from "./instance.js";
import { unlessAborted } from "./limits.js";

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

/** A load of the engine. */
interface Loading {
  readonly done: Promise<void>;
  /** Ends its fetch. */
  readonly fetching: AbortController;
  /** The number of calls that wait for it. */
  callers: number;
}

/** A loader of the engine. */
export class Loader {
  private readonly glue: Glue;
  private readonly remedy: string;
  private instance: Instance | undefined;
  private loading: Loading | undefined;

  constructor(glue: Glue, remedy = "reload the page, or start a new worker or process") {
    this.glue = glue;
    this.remedy = remedy;
  }

  /** Loads the engine, unless it is loaded. When the signal is aborted, the call does not wait any longer. */
  async init(source?: ModuleSource, ended?: AbortSignal): Promise<void> {
    if (this.instance !== undefined) return;
    const loading = (this.loading ??= this.begin(source));
    loading.callers++;
    try {
      await (ended === undefined ? loading.done : unlessAborted(ended, loading.done));
    } finally {
      loading.callers--;
      if (loading.callers === 0 && this.instance === undefined) {
        loading.fetching.abort();
        // The next call fetches it again.
        if (this.loading === loading) this.loading = undefined;
      }
    }
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

  private begin(source: ModuleSource | undefined): Loading {
    const fetching = new AbortController();
    const done = this.load(source, fetching.signal).catch((cause: unknown) => {
      throw cause instanceof KeyloftError ? cause : failed(cause);
    });
    // All callers may have left.
    done.catch(() => undefined);
    return { done, fetching, callers: 0 };
  }

  private async load(source: ModuleSource | undefined, signal: AbortSignal): Promise<void> {
    if (source === undefined && platform.now !== undefined) {
      this.requireInstance();
      return;
    }
    const from: unknown = await (source ?? platform.later());
    const module = isAddress(from) ? await fetch(from, { signal }) : from;
    const loaded = await this.glue.default({ module_or_path: module });
    this.setInstance(loaded);
  }

  private setInstance({ memory }: Pick<Instance, "memory">): void {
    this.instance = { memory, abandon: this.glue.abandon, remedy: this.remedy, poison: undefined };
  }
}

function isAddress(source: unknown): source is string | URL | Request {
  return typeof source === "string" || source instanceof URL || (typeof Request !== "undefined" && source instanceof Request);
}

function failed(cause: unknown): KeyloftError {
  return new KeyloftError("NotInitialized", "the engine could not be loaded: serve its file beside the package's scripts, or pass another source to `init`", { cause });
}
