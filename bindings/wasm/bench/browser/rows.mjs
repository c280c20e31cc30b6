// The rows, and the number of operations of a round. The clock of a page without cross-origin isolation is coarse, so
// rounds are long.

/** The number of users in the stores. */
export const N = 10_000;
export const GETS = 10_000;
export const RANGES = 200;
export const PUTS = 100;

/** The order: the first fills the stores, and the last changes them. */
export const ROWS = [
  { row: "load", label: "load 10,000, one transaction", operations: N },
  { row: "get", label: "get", operations: GETS },
  { row: "scan", label: "scan, an entity", operations: N },
  { row: "range", label: "range of 100", operations: RANGES },
  { row: "put", label: "durable put", operations: PUTS },
];
