// What is measured, and of how many operations a round is. The clock of a page without cross-origin isolation is coarse, so
// rounds are long.

/** How many users the stores hold. */
export const N = 10_000;
export const GETS = 10_000;
export const RANGES = 200;
export const PUTS = 100;

/** In this order: the first fills the stores, and the last changes them. */
export const ROWS = [
  { row: "load", label: "load 10,000, one transaction", operations: N },
  { row: "get", label: "get", operations: GETS },
  { row: "scan", label: "scan, an entity", operations: N },
  { row: "range", label: "range of 100", operations: RANGES },
  { row: "put", label: "durable put", operations: PUTS },
];
