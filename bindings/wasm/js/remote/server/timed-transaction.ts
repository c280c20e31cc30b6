import { KeyloftError } from "../../error/error.js";
import type { StagedTransaction } from "../../transaction/staged.js";

/** A transaction of a client. It is undone when the client is silent for too long, because other writers wait for it. */
export class TimedTransaction {
  private readonly staged: StagedTransaction;
  private readonly patience: number;
  private readonly ended: () => void;
  private timer: ReturnType<typeof setTimeout>;
  private lastCall = performance.now();
  private timedOut = false;

  /** `ended` is called when it has ended. */
  constructor(staged: StagedTransaction, patience: number, ended: () => void) {
    this.staged = staged;
    this.patience = patience;
    this.ended = ended;
    this.timer = setTimeout(() => this.checkIdle(), patience);
  }

  /** Notes a call of the client; throws if the transaction has timed out. */
  touch(): void {
    if (this.timedOut) {
      throw new KeyloftError(
        "TimedOut",
        `the transaction made no call for ${this.patience} ms, so it was undone for other writers to go on: its body may not wait for anything but calls on \`tx\`, least of all for a write of the database itself; \`transactionTimeout\` sets the time`,
      );
    }
    this.lastCall = performance.now();
  }

  end(commit: boolean): void {
    clearTimeout(this.timer);
    if (!this.staged.open) return;
    try {
      if (commit) this.staged.commit();
      else this.staged.abort();
    } finally {
      this.ended();
    }
  }

  private checkIdle(): void {
    const left = this.lastCall + this.patience - performance.now();
    if (left > 0) {
      this.timer = setTimeout(() => this.checkIdle(), left);
      return;
    }
    this.timedOut = true;
    this.end(false);
  }
}
