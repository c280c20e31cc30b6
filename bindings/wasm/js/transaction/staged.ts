import { Context } from "../engine/context.js";
import type { Driver } from "../engine/driver.js";
import type { StagedScope } from "../engine/source.js";
import { HandleCache } from "../table/handles.js";
import { Transaction } from "./transaction.js";

/**
 * A transaction whose calls come one by one, with other work between them. Reads outside of it do not see its writes,
 * and nothing else is written until it ends. One is open at a time.
 *
 * @internal
 */
export class StagedTransaction {
  /** The stores inside the transaction. */
  readonly stores: Transaction;
  private readonly driver: Driver;
  private readonly scope: StagedScope;

  constructor(driver: Driver) {
    this.driver = driver;
    this.scope = driver.stage();
    this.stores = new Transaction(new Context(driver, { snapshot: 0, transaction: this.scope, check: undefined }), new HandleCache());
  }

  /** `true` until the transaction ends. */
  get open(): boolean {
    return this.scope.call !== undefined;
  }

  /** Commits all writes. If a call failed after it had written a part, undoes them and throws that error. */
  commit(): void {
    this.driver.endStaged(this.scope, true);
  }

  /** Undoes the transaction. */
  abort(): void {
    this.driver.endStaged(this.scope, false);
  }
}
