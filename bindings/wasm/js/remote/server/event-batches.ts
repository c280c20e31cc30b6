import type { WatchEvent } from "../../watch/event.js";
import type { Watch } from "../../watch/watch.js";

/** The events of a watch, in batches: one message to the client has all events that are ready. */
export class EventBatches {
  private readonly watch: Watch<unknown, unknown, unknown>;

  constructor(watch: Watch<unknown, unknown, unknown>) {
    this.watch = watch;
  }

  /** Waits for an event, and returns all events that are ready. Returns an empty batch when the watch has ended. */
  async take(): Promise<WatchEvent<unknown, unknown, unknown>[]> {
    const next = await this.watch.next();
    return next.done === true ? [] : [next.value, ...this.watch.ready()];
  }
}
