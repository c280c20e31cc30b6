import { checkFunction } from "../../error/check.js";
import type { Live } from "../../live/live.js";
import type { Plan } from "../../table/plan.js";
import { EVERYTHING, type IndexTypes, requestOf, SelectBuilder, Selecting, type SelectParts, type SelectRequest, unsorted } from "../../table/select-builder.js";

/** The table of a selection, at the leader. */
export interface AsyncSelectSource<E> {
  selected(request: SelectRequest): AsyncIterable<E>;
  countSelected(request: SelectRequest): Promise<number>;
  explainSelected(request: SelectRequest): Promise<Plan>;
  liveSelected<T>(parts: SelectParts): Live<readonly T[] | undefined>;
}

/** A query over one table: see `Select`. Its functions run in this thread, on the entities that the leader sends. */
export class AsyncSelect<K, P, R, S, X extends IndexTypes, T = [S, R]> extends SelectBuilder<K, P, R, S, X> implements AsyncIterable<T> {
  private readonly source: AsyncSelectSource<[S, R]>;

  /** @internal */
  constructor(source: AsyncSelectSource<[S, R]>, parts: SelectParts = EVERYTHING) {
    super(parts);
    this.source = source;
  }

  /** Sets the function that makes a result of each selected entity, such as the few fields that a view shows. */
  map<U>(project: (row: R, key: S) => U): AsyncSelect<K, P, R, S, X, U> {
    checkFunction(project, "the projection of a selection");
    return new AsyncSelect<K, P, R, S, X, U>(this.source, { ...this.parts, project });
  }

  /** Returns what the selection reads. */
  explain(): Promise<Plan> {
    return this.source.explainSelected(requestOf(this.parts));
  }

  /** Returns the results. */
  async all(): Promise<T[]> {
    const results: T[] = [];
    for await (const result of this) results.push(result);
    return results;
  }

  /** Returns the results as a list that is kept up to date: see `Select.live`. It is `undefined` until it is read. */
  live(): Live<readonly T[] | undefined> {
    return this.source.liveSelected(this.parts);
  }

  /** Returns the first result. */
  async first(): Promise<T | undefined> {
    if (this.parts.limit === 0) return undefined;
    const [first] = await this.limit(1).all();
    return first;
  }

  /** Returns the number of results. It sorts nothing. */
  async count(): Promise<number> {
    const parts = unsorted(this.parts);
    if (parts.filters.length === 0) return this.source.countSelected(requestOf(parts));
    return (await new AsyncSelect(this.source, { ...parts, project: undefined }).all()).length;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, undefined, undefined> {
    const selecting = new Selecting<T>(this.parts);
    for await (const entity of this.source.selected(requestOf(this.parts))) {
      const result = selecting.take(entity);
      if (result !== undefined) yield result[0];
      if (selecting.isComplete) return undefined;
    }
    yield* selecting.finish();
    return undefined;
  }

  /** @internal */
  protected with(parts: SelectParts): this {
    return new AsyncSelect<K, P, R, S, X, T>(this.source, parts) as this;
  }
}
