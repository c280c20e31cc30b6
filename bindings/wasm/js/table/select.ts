import { checkFunction } from "../error/check.js";
import type { Live } from "../live/live.js";
import type { Plan } from "./plan.js";
import type { Scan } from "./scan.js";
import { EVERYTHING, type IndexTypes, requestOf, SelectBuilder, Selecting, type SelectParts, type SelectRequest, unsorted } from "./select-builder.js";

/** The table of a selection. */
export interface SelectSource<E> {
  selected(request: SelectRequest): Scan<E>;
  countSelected(request: SelectRequest): number;
  explainSelected(request: SelectRequest): Plan;
  liveSelected<T>(parts: SelectParts): Live<readonly T[]>;
}

/**
 * A query over one table: conditions on its keys, indexes and fields, an order, a limit, and a projection. Each method returns a
 * new selection. It reads nothing until its results are asked for.
 *
 * One condition finds the entities, and the others are checked on each of them. Fixed rules choose it:
 *
 * 1. a single key, or a single value of a unique index;
 * 2. otherwise a single value of an index;
 * 3. otherwise a range of keys or of an index;
 * 4. otherwise the index of the order;
 * 5. otherwise the whole table.
 *
 * Of several conditions of the same kind it is the one that has the selection's order, then the first one. If the read entries
 * don't have the order, all selected entities are read and sorted in memory. `explain` says what is read.
 *
 * Without an order, the result is in the order of the read entries. An entity is in it once, also if it has several values in an
 * index.
 */
export class Select<K, P, R, S, X extends IndexTypes, T = [S, R]> extends SelectBuilder<K, P, R, S, X> implements Iterable<T> {
  private readonly source: SelectSource<[S, R]>;

  /** @internal */
  constructor(source: SelectSource<[S, R]>, parts: SelectParts = EVERYTHING) {
    super(parts);
    this.source = source;
  }

  /** Sets the function that makes a result of each selected entity, such as the few fields that a view shows. */
  map<U>(project: (row: R, key: S) => U): Select<K, P, R, S, X, U> {
    checkFunction(project, "the projection of a selection");
    return new Select<K, P, R, S, X, U>(this.source, { ...this.parts, project });
  }

  /** Returns what the selection reads. */
  explain(): Plan {
    return this.source.explainSelected(requestOf(this.parts));
  }

  /** Returns the results. */
  all(): T[] {
    return [...this];
  }

  /**
   * Returns the results as a list that is kept up to date: see `Live`. The functions are called once for each row. A selection
   * with several conditions, or with an order that its condition does not have, is read again after a change.
   */
  live(): Live<readonly T[]> {
    return this.source.liveSelected(this.parts);
  }

  /** Returns the first result. */
  first(): T | undefined {
    const [first] = this.parts.limit === 0 ? [] : this.limit(1);
    return first;
  }

  /** Returns the number of results. It sorts nothing. */
  count(): number {
    const parts = unsorted(this.parts);
    if (parts.filters.length === 0) return this.source.countSelected(requestOf(parts));
    let count = 0;
    for (const _ of new Select(this.source, { ...parts, project: undefined })) count++;
    return count;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    const selecting = new Selecting<T>(this.parts);
    for (const entity of this.source.selected(requestOf(this.parts))) {
      const result = selecting.take(entity);
      if (result !== undefined) yield result[0];
      if (selecting.isComplete) return;
    }
    yield* selecting.finish();
  }

  /** @internal */
  protected with(parts: SelectParts): this {
    return new Select<K, P, R, S, X, T>(this.source, parts) as this;
  }
}
