import { checkQuery, PAGE, type Query } from "./query.js";

/** A piece of a query's result, and where the next begins; `undefined` if nothing follows. */
export interface Page<E> {
  entries: E[];
  next: string | undefined;
}

/** A piece of a query's result. */
export interface PageOptions<K, P> extends Omit<Query<K, P>, "limit"> {
  /** How many at most; 50 if it isn't said. */
  limit?: number | undefined;
  /** Where the page before ended: its `next`. */
  cursor?: string | undefined;
}

/** Refuses what does not say which page. */
export function checkPage(options: unknown): void {
  checkQuery(options, "a page", PAGE);
}
