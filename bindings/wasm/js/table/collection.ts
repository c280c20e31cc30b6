import type { KeyCodec } from "../codec/key.js";
import { readRow, writeRow } from "../codec/row.js";
import type { Row } from "../codec/value.js";
import type { Context } from "../engine/context.js";
import type { TableHandle } from "../engine/handle.js";
import { checkArray, checkFunction, invalid, shown } from "../error/check.js";
import { checkPair, checkWrite, type Write } from "./batch.js";
import type {
  CheckedDefinition,
  CollectionDefinition,
  Indexes,
  IndexPrefix,
  IndexValue,
  KeyOf,
  PrefixOf,
  StoredKeyOf,
} from "./collection-definition.js";
import type { Shape } from "./shape.js";
import { Store } from "./store.js";
import { Index, UniqueIndex } from "./table-index.js";

/** A collection of your own rows under your own keys. In Rust it is a table of `Row`s in the partition of its name. */
export class Collection<D extends CollectionDefinition, R extends Row = Row> extends Store<
  KeyOf<D>,
  PrefixOf<D>,
  R,
  R,
  [StoredKeyOf<D>, R]
> {
  private readonly definition: CheckedDefinition;

  /** @internal */
  constructor(context: Context, handle: TableHandle, shape: Shape<KeyOf<D>, PrefixOf<D>, R, R, [StoredKeyOf<D>, R]>, definition: CheckedDefinition) {
    super(context, handle, shape);
    this.definition = definition;
  }

  /** Stores the row, or replaces the row with this key. */
  put(key: KeyOf<D>, row: R): void {
    this.write(key, row, false);
  }

  /** Stores the row if the key is new. Otherwise it fails with the code `AlreadyExists`. */
  insert(key: KeyOf<D>, row: R): void {
    this.write(key, row, true);
  }

  /** Stores all rows in one transaction. */
  putMany(rows: readonly (readonly [key: KeyOf<D>, row: R])[]): void {
    checkArray(rows, "rows");
    this.batchOf(rows, (pair) => {
      const [key, value] = checkPair(pair);
      return { type: "put", key, value };
    });
  }

  /** Makes all writes in one transaction, in their order. */
  batch(writes: readonly Write<KeyOf<D>, R>[]): void {
    checkArray(writes, "writes");
    this.batchOf(writes, (write) => checkWrite(write, ["put", "insert", "delete"]));
  }

  /**
   * Reads the row, changes it and stores it, in one transaction. `change` changes its argument, or returns a new row.
   * Returns the stored row.
   */
  update(key: KeyOf<D>, change: (row: R) => R | undefined | void): R {
    checkFunction(change, "the change of a row");
    return this.context.transaction((context) => {
      const store = new Collection<D, R>(context, this.handle, this.shape, this.definition);
      const row = store.require(key);
      store.put(key, change(row) ?? row);
      return store.require(key);
    });
  }

  /** Returns the row that has this value in the unique index, with its key. */
  find<N extends string & keyof NonNullable<D["unique"]>>(
    index: N,
    value: IndexValue<NonNullable<D["unique"]>[N]>,
  ): [StoredKeyOf<D>, R] | undefined {
    const codec = this.indexCodec(index, true);
    return new UniqueIndex(this.indexReads(index, codec)).find(value);
  }

  /** Returns an index of the collection, for reads by its values. */
  by<N extends string & keyof Indexes<D>>(
    index: N,
  ): Index<IndexValue<Indexes<D>[N]>, IndexPrefix<Indexes<D>[N]>, [StoredKeyOf<D>, R]> {
    return new Index(this.indexReads(index, this.indexCodec(index, false)));
  }

  private indexCodec(name: string, unique: boolean): KeyCodec<unknown, unknown> {
    const index = this.definition.indexes.find((index) => index.name === name && (index.unique || !unique));
    if (index === undefined) throw invalid(`the collection has no ${unique ? "unique " : ""}index ${shown(name)}`);
    return index.codec;
  }
}

/** Returns the shape of a collection's rows. */
export function collectionShape<D extends CollectionDefinition, R extends Row>(
  checked: CheckedDefinition,
): Shape<KeyOf<D>, PrefixOf<D>, R, R, [StoredKeyOf<D>, R]> {
  return {
    key: checked.key as KeyCodec<KeyOf<D>, PrefixOf<D>>,
    write: writeRow,
    read: (reader) => readRow(reader) as R,
    entry: (key, row) => [key as unknown as StoredKeyOf<D>, row],
    keyless: false,
  };
}
