import { Reader } from "../codec/reader.js";
import type { Context } from "../engine/context.js";
import type { TableHandle } from "../engine/handle.js";
import { invalid, shown } from "../error/check.js";
import { type TableDefinition, readDefinition } from "../shape/definition.js";
import { readEntity, writeEntity } from "../shape/entity.js";
import { keyCodec } from "../shape/key.js";
import { IndexedStore } from "./indexed-store.js";
import type { KnownIndex } from "./known-index.js";
import type { Shape } from "./shape.js";
import { Index, UniqueIndex } from "./table-index.js";

/**
 * A key of a table of a Rust program.
 *
 * | in Rust | in JavaScript |
 * | --- | --- |
 * | integers up to 32 bits, floats | `number` |
 * | integers of 64 and 128 bits | `bigint`, or a `number` as an argument |
 * | text, ids of the system, UUID | `string` |
 * | bytes, arrays of bytes, key types that don't describe themselves | `Uint8Array` |
 * | timestamps | `bigint`, nanoseconds since the Unix epoch; an argument may be a `Date` |
 * | `Option<K>`, `()` | the key or `null`; `null` |
 * | `Reverse<K>` | the key |
 * | tuple, `UserRowId`, `TableId` | array |
 * | struct of several fields | object |
 * | enum | the name of the variant, or an object of the name and the content |
 */
export type TableKey = string | number | bigint | boolean | Uint8Array | Date | null | readonly TableKey[] | { readonly [part: string]: TableKey };

/** Indexes of any names and values. */
export type AnyIndexes = { readonly [name: string]: { value: unknown; prefix: unknown } };

/** An object of any fields. */
export type PlainObject = { [field: string]: unknown };

/**
 * A table of the catalog, which a Rust program wrote. Its definition is that of the catalog.
 *
 * Entities are plain objects:
 *
 * | in Rust | in JavaScript |
 * | --- | --- |
 * | integers up to 32 bits, floats | `number` |
 * | integers of 64 and 128 bits | `bigint`, or a `number` as an argument |
 * | `String`, `char` | `string` |
 * | `Vec<u8>`, `[u8; N]`, types that serialize as bytes | `Uint8Array` |
 * | `Option<T>`, `()` | the value or `null`; `null`. An option whose value may be `null` is `{ Some: value }` |
 * | lists, arrays, tuples | array |
 * | maps | object if the keys are text, otherwise an array of pairs |
 * | structs | object |
 * | enums | the name of a variant without content, otherwise `{ Name: content }` |
 * | `Row`, `Value` | as in a collection |
 *
 * A row of an older schema version fails with the code `Decode`: the Rust program upgrades it. A table with an index by a
 * function can be read. Writes to it fail with the code `ReadOnly`, because only the Rust program has the function.
 */
export class Table<T extends object = PlainObject, K = TableKey> extends IndexedStore<K, unknown, T, K, AnyIndexes> {
  private readonly known: readonly KnownIndex[];

  /** @internal */
  constructor(context: Context, handle: TableHandle, shape: Shape<K, unknown, T, T, [K, T]>, indexes: readonly KnownIndex[]) {
    super(context, handle, shape, indexes);
    this.known = indexes;
  }

  /** Returns the entity that has this value in the unique index, with its key. */
  find(index: string, value: unknown): [K, T] | undefined {
    return new UniqueIndex(this.indexAccess(index, true)).find(value);
  }

  /** Returns an index of the table, for reads by its values. An entity is in an index of a list once for each element. */
  by(index: string): Index<unknown, unknown, [K, T], K, T> {
    return new Index(this.indexAccess(index, false));
  }

  /** @internal */
  protected in(context: Context): Table<T, K> {
    return new Table<T, K>(context, this.handle, this.shape, this.known);
  }

  /** @internal */
  protected get noun(): string {
    return "table";
  }
}

/** Returns the shape and the indexes of the table with this stored definition. */
export function tableShape<T extends object, K>(stored: Uint8Array): { shape: Shape<K, unknown, T, T, [K, T]>; indexes: readonly KnownIndex[] } {
  const { key, entity, indexes }: TableDefinition = readDefinition(new Reader(stored));
  return {
    shape: {
      key: keyCodec(key) as Shape<K, unknown, T, T, [K, T]>["key"],
      write: (writer, value) => writeEntity(writer, entity ?? [], value),
      read: (reader) => readEntity(reader, entity ?? []) as T,
      entry: (key, value) => [key, value],
      keyless: false,
    },
    indexes: indexes.map(({ name, unique, each, fields, value }) => ({ name, unique, each, computed: fields.length === 0, codec: keyCodec(value) })),
  };
}

/** Throws if the name can't be that of a table. */
export function checkTableName(name: unknown): void {
  if (typeof name !== "string") throw invalid(`a table's name must be a string, not ${shown(name)}`);
}
