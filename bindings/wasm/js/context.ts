import { KeyloftError, READ_ONLY } from "./error.js";
import { Held, NEWEST, Op, type Port, type Scope, type Source } from "./port.js";
import type { Reader } from "./reader.js";
import type { Writer } from "./writer.js";

const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/** Where the calls of a store go, and what they see. */
export class Context {
  readonly port: Port;
  readonly source: Source;

  constructor(port: Port, source: Source = NEWEST) {
    this.port = port;
    this.source = source;
  }

  /** Refuses what can't be called any more. */
  check(): void {
    this.port.check(this.source);
  }

  /** Consoles show what a store has; behind this is all of the engine's memory. */
  [inspect](): string {
    return "[keyloft]";
  }

  /** Writes a request, sends it and reads the answer. */
  call<T>(op: number, handle: number, write: (writer: Writer) => void, read: (reader: Reader) => T): T {
    return this.port.call(op, handle, this.source, write, read);
  }

  /** As `call`, of what writes more than one entity: in a transaction, half of that must not be committed. */
  callMany<T>(op: number, handle: number, write: (writer: Writer) => void, read: (reader: Reader) => T): T {
    try {
      return this.call(op, handle, write, read);
    } catch (error) {
      const { transaction } = this.source;
      if (transaction !== undefined) transaction.failed ??= error;
      throw error;
    }
  }

  /** Runs the body in the transaction that this is in, or in one of its own. */
  transaction<T>(body: (context: Context) => T): T {
    if (this.source.snapshot !== 0) throw new KeyloftError("ReadOnly", READ_ONLY);
    if (this.source.transaction !== undefined) return body(this);
    const transaction: Scope = { call: undefined, failed: undefined };
    const context = new Context(this.port, { snapshot: 0, transaction, check: undefined });
    return this.port.transact(transaction, () => body(context));
  }
}

/** A table that the engine has open, and opens again when the database was replaced. */
export class Handle {
  private readonly request: (writer: Writer) => void;
  private epoch = -1;
  private opened = 0;
  /** The transaction that it was opened in: what that has written of it may be undone. */
  private scope: Scope | undefined;

  constructor(context: Context, request: (writer: Writer) => void) {
    this.request = request;
    this.number(context);
  }

  /** Its number in the engine. */
  number(context: Context): number {
    const { transaction } = context.source;
    if (this.epoch === context.port.epoch && (this.scope === undefined || this.scope === transaction)) return this.opened;
    const opened = context.call(Op.open, 0, this.request, (reader) => reader.u32());
    if (this.opened !== 0) context.port.drop(this, Held.table, this.opened);
    this.opened = opened;
    this.epoch = context.port.epoch;
    this.scope = transaction;
    context.port.follow(this, Held.table, opened);
    return opened;
  }
}
