import { Context } from "./context.js";
import { Transaction } from "./database.js";
import { type Port, type StagedScope } from "./port.js";
import { Handles } from "./stores.js";

/**
 * A transaction whose calls come one by one, with other work in between: what is read meanwhile does not see it, and
 * nothing else can be written until it has ended. One is open at a time.
 *
 * @internal
 */
export class StagedTransaction {
  /** The stores inside it. */
  readonly stores: Transaction;
  private readonly port: Port;
  private readonly scope: StagedScope;

  constructor(port: Port) {
    this.port = port;
    this.scope = port.stage();
    this.stores = new Transaction(new Context(port, { snapshot: 0, transaction: this.scope, check: undefined }), new Handles());
  }

  /** Whether it is open still. */
  get open(): boolean {
    return this.scope.call !== undefined;
  }

  /** Commits what was written, all of it; throws what went wrong half-way in it, if anything did, and then undoes it. */
  commit(): void {
    this.port.endStaged(this.scope, true);
  }

  /** Undoes it. */
  abort(): void {
    this.port.endStaged(this.scope, false);
  }
}
