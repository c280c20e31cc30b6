import * as host from "./callbacks.js";

/** What calls read and write: the newest state, a snapshot, or the transaction that is open. */
export interface Source {
  /** The number of the snapshot; 0 is the newest state. */
  snapshot: number;
  /** The calls of the transaction, as long as it is open. */
  transaction: TransactionScope | undefined;
  /** Refuses calls that can't be made any more. */
  check: (() => void) | undefined;
}

/** A transaction that is open, or was. */
export interface TransactionScope {
  call: host.TransactionCall | undefined;
  /** What went wrong half-way in it: it can't be committed any more. */
  failed: unknown;
}

/** A transaction whose calls come one by one, with other work in between. */
export interface StagedScope extends TransactionScope {
  /** Its number in the engine. */
  readonly number: number;
}

/** The newest state. */
export const NEWEST: Source = { snapshot: 0, transaction: undefined, check: undefined };
