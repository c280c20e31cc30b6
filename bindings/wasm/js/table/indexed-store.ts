import type { Context } from "../engine/context.js";
import type { TableHandle } from "../engine/handle.js";
import { checkArray, checkFunction, invalid, shown } from "../error/check.js";
import type { Live } from "../live/live.js";
import { LIVE, liveSelection } from "./live-queries.js";
import type { Watch, WatchOptions } from "../watch/watch.js";
import { checkPair, checkWrite, type Write } from "./batch.js";
import { changedBy } from "./change.js";
import type { KnownIndex } from "./known-index.js";
import type { Condition, Plan } from "./plan.js";
import { checkQuery, type IndexQuery, type KeyRange, KNOWN, type Query } from "./query.js";
import type { Scan } from "./scan.js";
import type { IndexTypes, SelectParts, SelectRequest } from "./select-builder.js";
import { Select } from "./select.js";
import { explain, type Selection } from "./selected.js";
import type { Shape } from "./shape.js";
import { spanOf } from "./span.js";
import { Store } from "./store.js";
import type { IndexAccess } from "./table-index.js";

const CHANGE = "the change of a row";

const WATCH: readonly string[] = [...KNOWN, "index"];

/** The base of the tables whose definition is known at run time: collections, and the tables of Rust programs. */
export abstract class IndexedStore<K, P, R, S, X extends IndexTypes> extends Store<K, P, R, R, [S, R]> {
  private readonly indexes: readonly KnownIndex[];

  /** @internal */
  constructor(context: Context, handle: TableHandle, shape: Shape<K, P, R, R, [S, R]>, indexes: readonly KnownIndex[]) {
    super(context, handle, shape);
    this.indexes = indexes;
  }

  /** Stores the row, or replaces the row with this key. */
  put(key: K, row: R): void {
    this.write(key, row, false);
  }

  /** Stores the row if the key is new. Otherwise it fails with the code `AlreadyExists`. */
  insert(key: K, row: R): void {
    this.write(key, row, true);
  }

  /** Stores all rows in one transaction. */
  putMany(rows: readonly (readonly [key: K, row: R])[]): void {
    checkArray(rows, "rows");
    this.batchOf(rows, (pair) => {
      const [key, value] = checkPair(pair);
      return { type: "put", key, value };
    });
  }

  /** Makes all writes in one transaction, in their order. */
  batch(writes: readonly Write<K, R>[]): void {
    checkArray(writes, "writes");
    this.batchOf(writes, (write) => checkWrite(write, ["put", "insert", "delete"]));
  }

  /**
   * Reads the row, changes it and stores it, in one transaction. `change` changes its argument, or returns a new row.
   * Returns the stored row.
   */
  update(key: K, change: (row: R) => R | undefined | void): R {
    checkFunction(change, CHANGE);
    return this.context.transaction((context) => {
      const store = this.in(context);
      const row = store.require(key);
      store.put(key, changedBy(change, row, CHANGE));
      return store.require(key);
    });
  }

  /**
   * Returns the result of the query and then its changes, as an asynchronous iterator. The watch ends when the loop over it
   * ends or the database is closed.
   *
   * With an `index` the query selects by the indexed values, and the result is in their order. The changes to a query with a
   * limit have places in a list of its result: see `WatchEvent`. A snapshot or a transaction can't be watched.
   */
  override watch(query: Query<K, P> | IndexQuery<string, unknown, unknown> = {}, options: WatchOptions = {}): Watch<K, R, [S, R]> {
    checkQuery(query, "a watch", WATCH);
    if (!("index" in query)) return super.watch(query, options);
    const { index, ...values } = query;
    return this.watchOf(index, this.indexNamed(index, false).codec, values, options);
  }

  /** Returns the indexes that the table is opened with. In an index of a list, an entity has an entry for each item. */
  indexList(): { name: string; unique: boolean; list: boolean }[] {
    this.handle.number(this.context);
    return this.indexes.map(({ name, unique, each }) => ({ name, unique, list: each }));
  }

  /** Returns a query with conditions, an order, a limit and a projection. Without conditions it selects all entities. */
  select(): Select<K, P, R, S, X> {
    return new Select(this);
  }

  /** Returns the entities of a selection, before the functions of the caller. @internal */
  selected(request: SelectRequest): Scan<[S, R]> {
    return this.selectedBy(this.selectionOf(request), () => {
      throw invalid("a part of a selection is not live: call `live` of the selection");
    });
  }

  /** Returns the number of entities of a selection without functions and order. @internal */
  countSelected(request: SelectRequest): number {
    const { conditions, limit } = request;
    const [condition] = conditions;
    // Other selections need the entities.
    if (conditions.length < 2 && condition === undefined) return this.count({ limit });
    if (conditions.length < 2 && condition !== undefined && "keys" in condition) {
      spanOf(condition.keys as KeyRange<K, P>, this.shape.key);
      return this.count({ ...(condition.keys as KeyRange<K, P>), limit });
    }
    if (conditions.length < 2 && condition !== undefined && "values" in condition) {
      const index = this.indexNamed(condition.index, false);
      spanOf(condition.values, index.codec);
      if (!index.each) return this.indexOn(index).count({ ...condition.values, limit });
    }
    let count = 0;
    for (const _ of this.selected(request)) count++;
    return count;
  }

  /** Returns the results of a selection, kept up to date. @internal */
  liveSelected<T>(parts: SelectParts): Live<readonly T[]> {
    return liveSelection(parts, {
      watch: (query) => this.watch(query as Query<K, P>, LIVE),
      read: (unprojected) => new Select<K, P, R, S, X>(this, unprojected).all(),
      repeats: (index) => this.indexNamed(index, false).each,
    });
  }

  /** Describes what a selection reads. @internal */
  explainSelected(request: SelectRequest): Plan {
    return explain(this.selectionOf(request));
  }

  private selectionOf({ conditions, order, ...rest }: SelectRequest): Selection {
    return {
      ...rest,
      conditions: conditions.map((condition): Condition => {
        if ("keys" in condition) return { index: undefined, span: spanOf(condition.keys as KeyRange<K, P>, this.shape.key) };
        const index = this.indexNamed("missing" in condition ? condition.missing : condition.index, false);
        return { index, span: "missing" in condition ? undefined : spanOf(condition.values, index.codec) };
      }),
      order: order === true ? "function" : order === undefined ? undefined : this.indexNamed(order, false),
    };
  }

  /** Returns the table in a transaction. @internal */
  protected abstract in(context: Context): IndexedStore<K, P, R, S, X>;

  /** @internal */
  protected indexAccess(name: string, unique: boolean): IndexAccess<unknown, unknown, [S, R], K, R> {
    return this.indexOn(this.indexNamed(name, unique));
  }

  private indexNamed(name: string, unique: boolean): KnownIndex {
    const index = this.indexes.find((index) => index.name === name && (index.unique || !unique));
    if (index === undefined) throw invalid(`the ${this.noun} has no ${unique ? "unique " : ""}index ${shown(name)}`);
    return index;
  }

  /** The name of the table in messages. @internal */
  protected abstract get noun(): string;
}
