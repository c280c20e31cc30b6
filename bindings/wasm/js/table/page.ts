import { checkQuery, PAGE, type Query } from "./query.js";

/** A page of a query's result, and the cursor of the next; `undefined` at the end. */
export interface Page<E> {
  entries: E[];
  next: string | undefined;
}

/** The options of a page. */
export interface PageOptions<K, P> extends Omit<Query<K, P>, "limit"> {
  /** The most entries of the page; 50 by default. */
  limit?: number | undefined;
  /** The cursor: `next` of the page before. */
  cursor?: string | undefined;
}

/** Throws unless the value is the options of a page. */
export function checkPage(options: unknown): void {
  checkQuery(options, "a page", PAGE);
}
