import { checkQuery, PAGE, type Query } from "./query.js";

/** A page of a query's result. `next` is the cursor of the next page, and `undefined` on the last page. */
export interface Page<E> {
  entries: E[];
  next: string | undefined;
}

/** The options of a page. */
export interface PageOptions<K, P> extends Omit<Query<K, P>, "limit"> {
  /** The maximal number of entries; 50 by default. */
  limit?: number | undefined;
  /** The cursor: `next` of the previous page. */
  cursor?: string | undefined;
}

/** Throws unless the value is the options of a page. */
export function checkPage(options: unknown): void {
  checkQuery(options, "a page", PAGE);
}
