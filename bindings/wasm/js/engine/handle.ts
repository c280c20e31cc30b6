import type { Writer } from "../codec/writer.js";
import { Resource, Op } from "../protocol/codes.generated.js";
import { Context } from "./context.js";

/** A handle of an open table. It opens the table again after the database was replaced. */
export class TableHandle {
  private readonly request: (writer: Writer) => void;
  private epoch = -1;
  private opened = 0;

  constructor(context: Context, request: (writer: Writer) => void) {
    this.request = request;
    this.number(context);
  }

  /** Returns the number of the table in the engine. */
  number(context: Context): number {
    if (this.epoch === context.driver.epoch) return this.opened;
    const opened = context.call(Op.open, 0, this.request, (reader) => reader.u32());
    if (this.opened !== 0) context.driver.drop(this, Resource.table, this.opened);
    this.opened = opened;
    this.epoch = context.driver.epoch;
    context.driver.follow(this, Resource.table, opened);
    return opened;
  }
}
