import * as callbacks from "./callbacks.js";

/** The state that calls read and write: the newest one, a snapshot, or the open transaction. */
export interface Source {
  /** The number of the snapshot; 0 is the newest state. */
  snapshot: number;
  /** The transaction, open or ended. */
  transaction: TransactionScope | undefined;
  /** Throws if no call can be made any more. */
  check: (() => void) | undefined;
}

/** A transaction, open or ended. */
export interface TransactionScope {
  call: callbacks.TransactionCall | undefined;
  /** The error of a call that wrote a part of its entities. It prevents the commit. */
  failed: unknown;
}

/** A transaction whose calls come one by one, with other work between them. */
export interface StagedScope extends TransactionScope {
  /** Its number in the engine. */
  readonly number: number;
}

/** The newest state. */
export const NEWEST: Source = { snapshot: 0, transaction: undefined, check: undefined };
