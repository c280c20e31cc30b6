import { Context } from "../engine/context.js";
import { Driver } from "../engine/driver.js";
import type { Source } from "../engine/source.js";
import { KeyloftError } from "../error/error.js";
import { dispose } from "../platform/dispose.js";
import { Resource, Op } from "../protocol/codes.generated.js";
import { HandleCache } from "../table/handles.js";
import { UnrestrictedStores } from "../table/stores.js";

/** A snapshot: the stores at one commit, read-only. */
export class Snapshot extends UnrestrictedStores {
  private readonly number: number;
  private readonly closing: { closed: boolean };

  /** @internal */
  constructor(driver: Driver) {
    const number = new Context(driver).call(Op.snapshot, 0, () => undefined, (reader) => reader.u32());
    const closing = { closed: false };
    const source: Source = {
      snapshot: number,
      transaction: undefined,
      check() {
        if (closing.closed) throw new KeyloftError("Closed", "the snapshot is closed");
      },
    };
    // The snapshot has separate handles: collections may have had other definitions at that commit.
    super(new Context(driver, source), new HandleCache());
    this.number = number;
    this.closing = closing;
    driver.follow(this, Resource.snapshot, number);
  }

  /** Closes the snapshot. Without a call, it is closed some time after it was garbage-collected. */
  close(): void {
    if (this.closing.closed) return;
    this.closing.closed = true;
    this.context.driver.drop(this, Resource.snapshot, this.number);
  }

  [dispose](): void {
    this.close();
  }
}
