import type { KeyloftError } from "../error/error.js";
import { checkQuery, PAGE, type Query } from "./query.js";

/** A page of a query's result. `cursor` is that of the next page, and `undefined` on the last page. */
export interface Page<E> {
  entries: E[];
  cursor: string | undefined;
}

/** The options of a page. */
export interface PageOptions<K, P> extends Omit<Query<K, P>, "limit"> {
  /** The maximal number of entries; 50 by default. */
  limit?: number | undefined;
  /** The `cursor` of the previous page. */
  cursor?: string | undefined;
}

/** A page that steps over entities that can't be read. */
export interface ReadablePage<E> extends Page<E> {
  /** The entities that it stepped over. */
  skipped: Skipped[];
}

/** An entity that a page stepped over, because it can't be read. */
export interface Skipped {
  /** The key as it is stored. If an entry of an index can't be read, it is the key of the entry. */
  key: Uint8Array;
  /** The reason why the entity can't be read. */
  error: KeyloftError;
}

/** Throws unless the value is the options of a page. */
export function checkPage(options: unknown): void {
  checkQuery(options, "a page", PAGE);
}
