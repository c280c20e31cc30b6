import type { WatchEvent } from "../../watch/event.js";
import type { Watch } from "../../watch/watch.js";

/** A watch whose events are taken together. */
export class EventBatches {
  private readonly watch: Watch<unknown, unknown, unknown>;

  constructor(watch: Watch<unknown, unknown, unknown>) {
    this.watch = watch;
  }

  /** The next event, and those that are there behind it; none when the watch has ended. */
  async take(): Promise<WatchEvent<unknown, unknown, unknown>[]> {
    const next = await this.watch.next();
    return next.done === true ? [] : [next.value, ...this.watch.ready()];
  }
}
