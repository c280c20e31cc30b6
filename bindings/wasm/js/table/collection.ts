import type { KeyCodec } from "../codec/key.js";
import { readRow, writeRow } from "../codec/row.js";
import type { Row } from "../codec/value.js";
import type { Context } from "../engine/context.js";
import type { TableHandle } from "../engine/handle.js";
import type { Watch, WatchOptions } from "../watch/watch.js";
import type {
  CheckedDefinition,
  CollectionDefinition,
  Indexes,
  IndexPrefix,
  IndexTypesOf,
  IndexValue,
  KeyOf,
  PrefixOf,
  StoredKeyOf,
} from "./collection-definition.js";
import { IndexedStore } from "./indexed-store.js";
import type { IndexQuery, Query } from "./query.js";
import type { Shape } from "./shape.js";
import { Index, UniqueIndex } from "./table-index.js";

/** A collection of your own rows under your own keys. In Rust it is a table of `Row`s in the partition of its name. */
export class Collection<D extends CollectionDefinition, R extends object = Row> extends IndexedStore<
  KeyOf<D>,
  PrefixOf<D>,
  R,
  StoredKeyOf<D>,
  IndexTypesOf<D>
> {
  private readonly definition: CheckedDefinition;

  /** @internal */
  constructor(context: Context, handle: TableHandle, shape: Shape<KeyOf<D>, PrefixOf<D>, R, R, [StoredKeyOf<D>, R]>, definition: CheckedDefinition) {
    super(context, handle, shape, definition.indexes);
    this.definition = definition;
  }

  /** Returns the row that has this value in the unique index, with its key. */
  find<N extends string & keyof NonNullable<D["unique"]>>(
    index: N,
    value: IndexValue<NonNullable<D["unique"]>[N]>,
  ): [StoredKeyOf<D>, R] | undefined {
    return new UniqueIndex(this.indexAccess(index, true)).find(value);
  }

  /** Returns an index of the collection, for reads by its values. */
  by<N extends string & keyof Indexes<D>>(
    index: N,
  ): Index<IndexValue<Indexes<D>[N]>, IndexPrefix<Indexes<D>[N]>, [StoredKeyOf<D>, R], KeyOf<D>, R> {
    return new Index(this.indexAccess(index, false)) as Index<IndexValue<Indexes<D>[N]>, IndexPrefix<Indexes<D>[N]>, [StoredKeyOf<D>, R], KeyOf<D>, R>;
  }

  /** Watches a query by an index: its bounds and its prefix are of the indexed values, and its result is in their order. */
  override watch<N extends string & keyof Indexes<D>>(
    query: IndexQuery<N, IndexValue<Indexes<D>[N]>, IndexPrefix<Indexes<D>[N]>>,
    options?: WatchOptions,
  ): Watch<KeyOf<D>, R, [StoredKeyOf<D>, R]>;
  /** Watches a query by key. */
  override watch(query?: Query<KeyOf<D>, PrefixOf<D>>, options?: WatchOptions): Watch<KeyOf<D>, R, [StoredKeyOf<D>, R]>;
  override watch(query?: Query<KeyOf<D>, PrefixOf<D>> | IndexQuery<string, unknown, unknown>, options?: WatchOptions): Watch<KeyOf<D>, R, [StoredKeyOf<D>, R]> {
    return super.watch(query, options);
  }

  /** @internal */
  protected in(context: Context): Collection<D, R> {
    return new Collection<D, R>(context, this.handle, this.shape, this.definition);
  }

  /** @internal */
  protected get noun(): string {
    return "collection";
  }
}

/** Returns the shape of a collection's rows. */
export function collectionShape<D extends CollectionDefinition, R extends object>(
  checked: CheckedDefinition,
): Shape<KeyOf<D>, PrefixOf<D>, R, R, [StoredKeyOf<D>, R]> {
  return {
    key: checked.key as KeyCodec<KeyOf<D>, PrefixOf<D>>,
    write: (writer, row) => writeRow(writer, row as Row),
    read: (reader) => readRow(reader) as unknown as R,
    entry: (key, row) => [key as unknown as StoredKeyOf<D>, row],
    keyless: false,
  };
}
