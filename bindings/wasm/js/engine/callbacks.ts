// The functions that the engine imports, as `keyloft-host`.

/** A call inside the open transaction. */
export type TransactionCall = (op: number, handle: number, length: number) => number;

let body: ((call: TransactionCall) => boolean) | undefined;

const wakers = new Map<number, () => void>();

let watches = 0;

export function now(): bigint {
  return BigInt(Date.now());
}

export function wake(watch: number): void {
  wakers.get(watch)?.();
}

export function run(call: TransactionCall): boolean {
  const transaction = body;
  body = undefined;
  return transaction === undefined ? false : transaction(call);
}

/** Sets the body of the next transaction. */
export function setBody(transaction: (call: TransactionCall) => boolean): void {
  body = transaction;
}

/** Returns a number for a watch. The engine calls its waker until it is removed. */
export function addWaker(waker: () => void): number {
  watches = (watches % 0xffff_ffff) + 1;
  wakers.set(watches, waker);
  return watches;
}

export function removeWaker(watch: number): void {
  wakers.delete(watch);
}
