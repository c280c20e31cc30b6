// A browser's process with a profile of its own, which is deleted when the process has ended.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The longest time that the process takes to end, in milliseconds. */
const PATIENCE = 5000;

/** Returns an empty profile. */
export const emptyProfile = (browser) => mkdtemp(join(tmpdir(), `keyloft-${browser}-`));

export class Program {
  child;
  #profile;

  constructor(name, args, options, profile) {
    this.child = spawn(name, args, options);
    this.#profile = profile;
  }

  /** Asks the process to end, kills it if it doesn't, and deletes its profile. */
  async end(ask) {
    const { exitCode, signalCode, pid } = this.child;
    if (pid !== undefined && exitCode === null && signalCode === null) {
      const ended = once(this.child, "exit");
      const force = setTimeout(() => this.child.kill("SIGKILL"), PATIENCE);
      ask();
      await ended;
      clearTimeout(force);
    }
    // The last of its processes may still write to the profile.
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
