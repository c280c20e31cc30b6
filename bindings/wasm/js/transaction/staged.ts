import { Context } from "../engine/context.js";
import type { Driver } from "../engine/driver.js";
import type { StagedScope } from "../engine/source.js";
import { HandleCache } from "../table/handles.js";
import { Transaction } from "./transaction.js";

/**
 * A transaction whose calls come one by one, with other work in between: what is read meanwhile does not see it, and
 * nothing else can be written until it has ended. One is open at a time.
 *
 * @internal
 */
export class StagedTransaction {
  /** The stores inside it. */
  readonly stores: Transaction;
  private readonly driver: Driver;
  private readonly scope: StagedScope;

  constructor(driver: Driver) {
    this.driver = driver;
    this.scope = driver.stage();
    this.stores = new Transaction(new Context(driver, { snapshot: 0, transaction: this.scope, check: undefined }), new HandleCache());
  }

  /** Whether it is open still. */
  get open(): boolean {
    return this.scope.call !== undefined;
  }

  /** Commits what was written, all of it; throws what went wrong half-way in it, if anything did, and then undoes it. */
  commit(): void {
    this.driver.endStaged(this.scope, true);
  }

  /** Undoes it. */
  abort(): void {
    this.driver.endStaged(this.scope, false);
  }
}
