import type { FollowedWatch } from "../../live/result.js";
import { asyncDispose } from "../../platform/dispose.js";
import type { WatchEvent } from "../../watch/event.js";
import type { AsyncWatch } from "./async-database.js";
import type { RemoteObject } from "./connection.js";
import { END } from "./remote-scan.js";

type Event = WatchEvent<unknown, unknown, unknown>;

/** A watch of a query of the leader. */
export class RemoteWatch implements AsyncWatch<unknown, unknown, unknown>, FollowedWatch {
  private readonly remote: RemoteObject;
  private readonly events: Event[] = [];
  /** The era of the channel that gave the last events. */
  private era = 0;
  private isEnded = false;
  private taking: Promise<void> | undefined;
  /** The callers that wait for an event. */
  private readonly waiting = new Set<() => void>();

  constructor(remote: RemoteObject) {
    this.remote = remote;
    // The watch shows the changes from now on, not from its first use.
    this.take().catch(() => undefined);
  }

  async next(): Promise<IteratorResult<Event, undefined>> {
    while (!this.isEnded) {
      const event = this.events.shift();
      if (event !== undefined) return { done: false, value: event };
      await this.wait();
    }
    return END;
  }

  /** Waits until there may be an event, or the watch has ended. */
  private async wait(): Promise<void> {
    let wake: () => void = () => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        wake = resolve;
        this.waiting.add(wake);
        this.take().then(resolve, reject);
      });
    } finally {
      this.waiting.delete(wake);
    }
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.close();
    return END;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [asyncDispose](): Promise<void> {
    this.close();
  }

  get ended(): boolean {
    return this.isEnded;
  }

  drain(): Event[] {
    return this.events.splice(0);
  }

  async woken(): Promise<void> {
    if (!this.isEnded && this.events.length === 0) await this.wait();
  }

  close(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.events.length = 0;
    for (const wake of this.waiting) wake();
    this.remote.drop();
  }

  private take(): Promise<void> {
    this.taking ??= this.fetch().finally(() => (this.taking = undefined));
    return this.taking;
  }

  private async fetch(): Promise<void> {
    const events = (await this.remote.ask("take", [], true, [])) as Event[];
    if (events.length === 0) this.close();
    const { era } = this.remote;
    if (this.era !== 0 && this.era !== era) this.events.push({ type: "lagged", missed: 0n });
    this.era = era;
    for (const event of events) this.events.push(event);
  }
}
