import { KeyloftError } from "../../error/error.js";
import type { StagedTransaction } from "../../transaction/staged.js";

/** A transaction of somebody who is elsewhere: it is undone when it is left alone for too long, because others wait. */
export class TimedTransaction {
  private readonly staged: StagedTransaction;
  private readonly patience: number;
  private readonly passed: () => void;
  private timer: ReturnType<typeof setTimeout>;
  private touched = performance.now();
  private late = false;

  /** `passed` is called when it has ended. */
  constructor(staged: StagedTransaction, patience: number, passed: () => void) {
    this.staged = staged;
    this.patience = patience;
    this.passed = passed;
    this.timer = setTimeout(() => this.look(), patience);
  }

  /** Somebody asks something in it. */
  touch(): void {
    if (this.late) {
      throw new KeyloftError(
        "TimedOut",
        `nothing was asked in the transaction for ${this.patience} ms, so it was undone for others to go on: its body may not wait for anything but calls on \`tx\`, least of all for a write of the database itself; \`transactionTimeout\` sets the time`,
      );
    }
    this.touched = performance.now();
  }

  end(commit: boolean): void {
    clearTimeout(this.timer);
    if (!this.staged.open) return;
    try {
      if (commit) this.staged.commit();
      else this.staged.abort();
    } finally {
      this.passed();
    }
  }

  private look(): void {
    const left = this.touched + this.patience - performance.now();
    if (left > 0) {
      this.timer = setTimeout(() => this.look(), left);
      return;
    }
    this.late = true;
    this.end(false);
  }
}
