import { platform } from "keyloft-platform";

import { KeyloftError } from "./error.js";
import { type Engine, type Instance, Port } from "./port.js";

/** Which of the engine's builds. */
export type Build = "memory" | "persistent";

/** How a runtime gets at the engine's file. */
export interface Platform {
  /** The module, where it can be had at once. */
  now?(build: Build): WebAssembly.Module;
  /** The module, or what it can be made of. */
  later(build: Build): unknown;
}

/** What the engine may be loaded from: what `fetch` takes or gives, its bytes, or the module itself. */
export type ModuleSource =
  | string
  | URL
  | Request
  | Response
  | PromiseLike<Response>
  | ArrayBuffer
  | ArrayBufferView<ArrayBuffer>
  | WebAssembly.Module;

interface Glue {
  initSync(options: { module: WebAssembly.Module }): { memory: WebAssembly.Memory };
  default(options: { module_or_path: unknown }): Promise<{ memory: WebAssembly.Memory }>;
}

/** Loads the engine, once. */
export class Loader {
  private readonly build: Build;
  private readonly glue: Glue;
  private instance: Instance | undefined;
  private loading: Promise<void> | undefined;

  constructor(build: Build, glue: Glue) {
    this.build = build;
    this.glue = glue;
  }

  /** Loads the engine unless it is there. */
  init(source?: ModuleSource): Promise<void> {
    if (this.instance !== undefined) return Promise.resolve();
    this.loading ??= this.load(source).catch((cause: unknown) => {
      this.loading = undefined;
      throw new KeyloftError("NotInitialized", "the engine could not be loaded", { cause });
    });
    return this.loading;
  }

  /** The way to an engine that is made so. */
  port(make: () => Engine): Port {
    const instance = this.ready();
    if (instance.poison !== undefined) {
      throw new KeyloftError("Poisoned", "the engine has crashed and can't go on: start again with a fresh module", instance.poison);
    }
    return new Port(make(), instance);
  }

  /** The instance, loaded where that can be done at once. */
  ready(): Instance {
    if (this.instance === undefined && platform.now !== undefined) {
      this.instance = { memory: this.glue.initSync({ module: platform.now(this.build) }).memory, poison: undefined };
    }
    if (this.instance === undefined) {
      throw new KeyloftError("NotInitialized", "the engine is not loaded yet: await init() first");
    }
    return this.instance;
  }

  private async load(source: ModuleSource | undefined): Promise<void> {
    if (source === undefined && platform.now !== undefined) {
      this.ready();
      return;
    }
    const { memory } = await this.glue.default({ module_or_path: source ?? platform.later(this.build) });
    this.instance = { memory, poison: undefined };
  }
}
