import { invalid } from "../error/check.js";
import type { Page, PageOptions } from "./page.js";
import type { Query } from "./query.js";
import type { Scan } from "./scan.js";

/** The reads by an index. Their queries select by the indexed values. */
export interface IndexReads<J, Q, E> {
  findAll(value: J): E[];
  scan(query: Query<J, Q>): Scan<E>;
  page(options: PageOptions<J, Q>): Page<E>;
  count(query: Query<J, Q>): number;
}

/** An index of a table. Its queries select by the indexed values, and return entities in the order of these values. */
export class Index<J, Q, E> {
  /** @internal */
  protected readonly reads: IndexReads<J, Q, E>;

  /** @internal */
  constructor(reads: IndexReads<J, Q, E>) {
    this.reads = reads;
  }

  /** Returns the entities that have this value. */
  findAll(value: J): E[] {
    return this.reads.findAll(value);
  }

  /** Returns the entities of the query, one by one. */
  scan(query: Query<J, Q> = {}): Scan<E> {
    return this.reads.scan(query);
  }

  /** Returns a page of the query. */
  page(options: PageOptions<J, Q> = {}): Page<E> {
    return this.reads.page(options);
  }

  /** Returns the number of entities of the query. */
  count(query: Query<J, Q> = {}): number {
    return this.reads.count(query);
  }
}

/** A unique index of a table. */
export class UniqueIndex<J, Q, E> extends Index<J, Q, E> {
  /** Returns the entity that has this value. */
  find(value: J): E | undefined {
    const found = this.reads.findAll(value);
    if (found.length > 1) throw invalid("a unique index has more than one entity of this value: run `verify` in Rust");
    return found[0];
  }
}
