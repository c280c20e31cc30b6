import type { WatchEvent } from "../../watch/event.js";
import type { Watch } from "../../watch/watch.js";

/** The events of a watch, in batches: one message to the client has all that are ready. */
export class EventBatches {
  private readonly watch: Watch<unknown, unknown, unknown>;

  constructor(watch: Watch<unknown, unknown, unknown>) {
    this.watch = watch;
  }

  /** Waits for an event, and returns it with the ready ones behind it; none when the watch has ended. */
  async take(): Promise<WatchEvent<unknown, unknown, unknown>[]> {
    const next = await this.watch.next();
    return next.done === true ? [] : [next.value, ...this.watch.ready()];
  }
}
