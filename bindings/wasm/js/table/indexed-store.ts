import type { KeyCodec } from "../codec/key.js";
import type { Context } from "../engine/context.js";
import type { TableHandle } from "../engine/handle.js";
import { checkArray, checkFunction, invalid, shown } from "../error/check.js";
import { checkPair, checkWrite, type Write } from "./batch.js";
import type { Shape } from "./shape.js";
import { Store } from "./store.js";
import type { IndexReads } from "./table-index.js";

/** An index, and the codec of its values. */
export interface KnownIndex {
  readonly name: string;
  readonly unique: boolean;
  readonly codec: KeyCodec<unknown, unknown>;
}

/** The base of the tables whose definition is known at run time: collections, and the tables of Rust programs. */
export abstract class IndexedStore<K, P, R, S> extends Store<K, P, R, R, [S, R]> {
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
    checkFunction(change, "the change of a row");
    return this.context.transaction((context) => {
      const store = this.in(context);
      const row = store.require(key);
      store.put(key, change(row) ?? row);
      return store.require(key);
    });
  }

  /** Returns the table in a transaction. @internal */
  protected abstract in(context: Context): IndexedStore<K, P, R, S>;

  /** @internal */
  protected readsBy(name: string, unique: boolean): IndexReads<unknown, unknown, [S, R]> {
    const index = this.indexes.find((index) => index.name === name && (index.unique || !unique));
    if (index === undefined) throw invalid(`the ${this.noun} has no ${unique ? "unique " : ""}index ${shown(name)}`);
    return this.indexReads(name, index.codec);
  }

  /** The name of the table in messages. @internal */
  protected abstract get noun(): string;
}
