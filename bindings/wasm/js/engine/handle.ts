import type { Writer } from "../codec/writer.js";
import { Resource, Op } from "../protocol/codes.generated.js";
import { Context } from "./context.js";
import type { TransactionScope } from "./source.js";

/** A table that the engine has open, and opens again when the database was replaced. */
export class TableHandle {
  private readonly request: (writer: Writer) => void;
  private epoch = -1;
  private opened = 0;
  /** The transaction that it was opened in: what that has written of it may be undone. */
  private scope: TransactionScope | undefined;

  constructor(context: Context, request: (writer: Writer) => void) {
    this.request = request;
    this.number(context);
  }

  /** Its number in the engine. */
  number(context: Context): number {
    const { transaction } = context.source;
    if (this.epoch === context.driver.epoch && (this.scope === undefined || this.scope === transaction)) return this.opened;
    const opened = context.call(Op.open, 0, this.request, (reader) => reader.u32());
    if (this.opened !== 0) context.driver.drop(this, Resource.table, this.opened);
    this.opened = opened;
    this.epoch = context.driver.epoch;
    this.scope = transaction;
    context.driver.follow(this, Resource.table, opened);
    return opened;
  }
}
