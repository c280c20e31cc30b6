import { KeyloftError } from "../../error/error.js";
import type { StagedTransaction } from "../../transaction/staged.js";

/** A transaction of a client. It is rolled back if the client makes no call for too long, because other writers wait. */
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

  /** Restarts the timeout at a call of the client. Throws if the transaction has timed out. */
  touch(): void {
    if (this.timedOut) {
      throw new KeyloftError(
        "TimedOut",
        `the transaction made no call for ${this.patience} ms and was rolled back, because other writers wait: await only calls on \`tx\` in its body, never a write of the database itself, or raise \`transactionTimeout\``,
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
