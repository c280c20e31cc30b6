/** The queue of the clients that wait to write. One client writes at a time, in the order of their requests. */
export class WriteQueue {
  private readonly waiting: (() => void)[] = [];
  private taken = false;

  get busy(): boolean {
    return this.taken;
  }

  /** Takes the turn and returns `true`, or returns `false` and calls `begin` when the turn has come. */
  take(begin: () => void): boolean {
    if (this.taken) this.waiting.push(begin);
    else return (this.taken = true);
    return false;
  }

  /** Removes a client that waits. */
  cancel(begin: () => void): void {
    const at = this.waiting.indexOf(begin);
    if (at >= 0) this.waiting.splice(at, 1);
  }

  /** Ends the turn. */
  pass(): void {
    // In a microtask, because a client may end its turn immediately: a chain of such calls would overflow the stack.
    queueMicrotask(() => {
      const next = this.waiting.shift();
      if (next === undefined) this.taken = false;
      else next();
    });
  }
}
