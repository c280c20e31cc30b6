import type { Reader } from "../codec/reader.js";
import type { Writer } from "../codec/writer.js";
import { KeyloftError, READ_ONLY } from "../error/error.js";
import type { Driver } from "./driver.js";
import { NEWEST, type TransactionScope, type Source } from "./source.js";

const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/** The context of a store's calls: the engine, and the state that the calls read and write. */
export class Context {
  readonly driver: Driver;
  readonly source: Source;

  constructor(driver: Driver, source: Source = NEWEST) {
    this.driver = driver;
    this.source = source;
  }

  /** Throws if no call can be made any more. */
  check(): void {
    this.driver.check(this.source);
  }

  /** Hides this object when a console prints a store: it refers to the engine's whole memory. */
  [inspect](): string {
    return "[keyloft]";
  }

  /** Writes a request, sends it and reads the response. */
  call<T>(op: number, handle: number, write: (writer: Writer) => void, read: (reader: Reader) => T): T {
    return this.driver.call(op, handle, this.source, write, read);
  }

  /**
   * Works as `call`, for a request that writes several entities. If it fails in a transaction, the transaction can't be
   * committed any more, because some of the entities may be written.
   */
  callMany<T>(op: number, handle: number, write: (writer: Writer) => void, read: (reader: Reader) => T): T {
    try {
      return this.call(op, handle, write, read);
    } catch (error) {
      const { transaction } = this.source;
      if (transaction !== undefined) transaction.failed ??= error;
      throw error;
    }
  }

  /** Runs the body in the transaction of this context, or in a new one. */
  transaction<T>(body: (context: Context) => T): T {
    if (this.source.snapshot !== 0) throw new KeyloftError("ReadOnly", READ_ONLY);
    if (this.source.transaction !== undefined) return body(this);
    const transaction: TransactionScope = { call: undefined, failed: undefined };
    const context = new Context(this.driver, { snapshot: 0, transaction, check: undefined });
    return this.driver.transact(transaction, () => body(context));
  }
}
