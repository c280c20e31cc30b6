// Durable Objects in workerd, from scripts that import an installed `keyloft`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Miniflare } from "miniflare";

import { bundled } from "../runtimes/bundle.mjs";

/** A runtime of Durable Objects. It keeps their storage until it ends, also when it is started again. */
export class ObjectRuntime {
  #folder = mkdtempSync(join(tmpdir(), "keyloft-objects-"));
  #options;
  #runtime;

  /** Starts a script with its classes of objects, each by the name of its binding. `options` are those of Miniflare. */
  static async started(script, classes, options = {}) {
    const { script: contents, engines } = await bundled({ entryPoints: [script] });
    const objects = Object.entries(classes).map(([binding, className]) => [binding, { className, useSQLite: true }]);
    const runtime = new ObjectRuntime();
    runtime.#options = {
      modules: [{ type: "ESModule", path: "worker.js", contents }, ...[...engines].map(([path, contents]) => ({ type: "CompiledWasm", path, contents }))],
      compatibilityDate: "2025-05-05",
      durableObjects: Object.fromEntries(objects),
      durableObjectsPersist: runtime.#folder,
      ...options,
    };
    await runtime.#start();
    return runtime;
  }

  /** Ends the process, and starts another one over the same storage, with more options. */
  async restart(options = {}) {
    await this.#runtime.dispose();
    await this.#start(options);
  }

  fetch(url, options) {
    return this.#runtime.dispatchFetch(url, options);
  }

  /** Calls a function of an object whose script is `objects.js`. */
  async call(object, name, body) {
    const response = await this.fetch(`http://${object}/${name}`, { method: "POST", body });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  }

  /** Ends the process, and deletes the storage. */
  async end() {
    await this.#runtime.dispose();
    rmSync(this.#folder, { recursive: true });
  }

  async #start(options) {
    this.#runtime = new Miniflare({ ...this.#options, ...options });
    await this.#runtime.ready;
  }
}
