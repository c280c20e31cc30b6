// A browser's program, with a profile of its own that is gone when it has ended.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How long it may take to end when it is asked to, in milliseconds. */
const PATIENCE = 5000;

/** An empty profile. */
export const emptyProfile = (browser) => mkdtemp(join(tmpdir(), `keyloft-${browser}-`));

export class Program {
  child;
  #profile;

  constructor(name, args, options, profile) {
    this.child = spawn(name, args, options);
    this.#profile = profile;
  }

  /** Asks it to end, makes it end if it doesn't, and removes its profile. */
  async end(ask) {
    const { exitCode, signalCode, pid } = this.child;
    if (pid !== undefined && exitCode === null && signalCode === null) {
      const ended = once(this.child, "exit");
      const force = setTimeout(() => this.child.kill("SIGKILL"), PATIENCE);
      ask();
      await ended;
      clearTimeout(force);
    }
    // The last of its processes may still write there.
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
