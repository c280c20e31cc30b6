/** The package's worker makes no other one. */
export const makeWorker = undefined;
