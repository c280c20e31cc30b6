/** Who waits for the only turn to write, in their order. */
export class WriteQueue {
  private readonly waiting: (() => void)[] = [];
  private taken = false;

  /** Whether somebody has it. */
  get busy(): boolean {
    return this.taken;
  }

  /** Takes the turn, or calls `begin` when it is this one's; then `false`. */
  take(begin: () => void): boolean {
    if (this.taken) this.waiting.push(begin);
    else return (this.taken = true);
    return false;
  }

  /** Takes the wish back. */
  forget(begin: () => void): void {
    const at = this.waiting.indexOf(begin);
    if (at >= 0) this.waiting.splice(at, 1);
  }

  /** Ends the turn. */
  pass(): void {
    // Not at once: many may wait, each of whom passes it on.
    queueMicrotask(() => {
      const next = this.waiting.shift();
      if (next === undefined) this.taken = false;
      else next();
    });
  }
}
