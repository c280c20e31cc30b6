import type { Context, Handle } from "./context.js";
import { checkFunction, invalid, shown } from "./error.js";
import { Index, UniqueIndex } from "./find.js";
import { floatPart, type KeyCodec, type KeyInput, type KeyPart, type KeyPartTypes, type PartCodec, partCodec, singleKey, tupleKey } from "./key.js";
import { isPlain, type Row, readRow, type Value, writeRow } from "./row.js";
import { array, checkPair, checkWrite, type Shape, Store, type Write } from "./store.js";
import type { Int64 } from "./writer.js";

/** The types that an indexed column can have: what its values are in JavaScript. */
export interface ColumnTypes {
  string: string;
  bytes: Uint8Array;
  bool: boolean;
  i64: Int64;
  f64: number;
  timestamp: Date;
}

/** The name of a type that an indexed column can have. */
export type ColumnType = keyof ColumnTypes;

/** An index: the type of the column of its name, or several columns and their types. */
export type IndexDefinition = ColumnType | { readonly [column: string]: ColumnType };

/** What a collection's keys are, and what its rows are found by besides. */
export interface CollectionDefinition {
  /** The type of the keys, or of their parts: `["string", "i64"]` is the tuple `(String, i64)` in Rust. */
  readonly key: KeyPart | readonly [KeyPart, KeyPart, ...KeyPart[]];
  /** Indexes in which no two rows have the same value. */
  readonly unique?: { readonly [name: string]: IndexDefinition } | undefined;
  /** Other indexes. */
  readonly index?: { readonly [name: string]: IndexDefinition } | undefined;
  /** What the rows are, for TypeScript alone: `{} as Note`. The value is not looked at. */
  readonly row?: Row;
}

type Parts<P extends readonly KeyPart[]> = { readonly [I in keyof P]: P[I] extends KeyPart ? KeyInput<P[I]> : never };

type StoredParts<P extends readonly KeyPart[]> = { -readonly [I in keyof P]: P[I] extends KeyPart ? KeyPartTypes[P[I]] : never };

/** The keys of a collection of this definition, as they are given. */
export type KeyOf<D extends CollectionDefinition> = Given<D["key"]>;

type Given<K> = K extends KeyPart ? KeyInput<K> : K extends readonly KeyPart[] ? Parts<K> : never;

/** The keys of a collection of this definition, as they are read. */
export type StoredKeyOf<D extends CollectionDefinition> = Stored<D["key"]>;

type Stored<K> = K extends KeyPart ? KeyPartTypes[K] : K extends readonly KeyPart[] ? StoredParts<K> : never;

/** What the prefixes of such keys are made of. */
export type PrefixOf<D extends CollectionDefinition> = Prefixes<D["key"]>;

type Prefixes<K> = K extends "string" | "bytes"
  ? KeyPartTypes[K]
  : K extends readonly KeyPart[]
    ? readonly (string | Uint8Array | boolean | number | bigint)[]
    : never;

/** The rows of a collection of this definition: `R` if that is given, else what the definition says. */
export type RowOf<D extends CollectionDefinition, R extends Row> = [R] extends [never] ? (D["row"] extends Row ? D["row"] : Row) : R;

/** The values of an index. */
export type IndexValue<I> = [Only<I>] extends [never] ? Values<I> : Values<Only<I>>;

/** The type of the column, if there is but one: such an index is on the value, not on an array of it. */
type Only<I> = I extends ColumnType ? never : { [C in keyof I]: [Exclude<keyof I, C>] extends [never] ? I[C] : never }[keyof I];

type Values<I> = I extends ColumnType
  ? ColumnTypes[I]
  : I extends { readonly [column: string]: ColumnType }
    ? readonly ColumnTypes[I[keyof I]][]
    : never;

/** What the prefixes of an index's values are made of. */
export type IndexPrefix<I> = I extends ColumnType ? Texts<I> : [Only<I>] extends [never] ? Values<I> : Texts<Only<I>>;

type Texts<C> = C extends "string" | "bytes" ? ColumnTypes[C] : never;

/** The indexes of a definition. */
export type Indexes<D extends CollectionDefinition> = NonNullable<D["unique"]> & NonNullable<D["index"]>;

/** Rows of your own, under keys of your own. In Rust it is a `SystemTableStore` of `Row`s in the partition of its name. */
export class Collection<D extends CollectionDefinition, R extends Row = Row> extends Store<
  KeyOf<D>,
  PrefixOf<D>,
  R,
  R,
  [StoredKeyOf<D>, R]
> {
  private readonly definition: Checked;

  /** @internal */
  constructor(context: Context, handle: Handle, shape: Shape<KeyOf<D>, PrefixOf<D>, R, R, [StoredKeyOf<D>, R]>, definition: Checked) {
    super(context, handle, shape);
    this.definition = definition;
  }

  /** Stores the row, whether the key is there or not. */
  put(key: KeyOf<D>, row: R): void {
    this.write(key, row, false);
  }

  /** Stores the row, if the key is not there yet; else an error with the code `AlreadyExists`. */
  insert(key: KeyOf<D>, row: R): void {
    this.write(key, row, true);
  }

  /** Stores all of these in one transaction. */
  putMany(rows: readonly (readonly [key: KeyOf<D>, row: R])[]): void {
    array(rows, "rows");
    this.batchOf(rows, (pair) => {
      const [key, value] = checkPair(pair);
      return { type: "put", key, value };
    });
  }

  /** Makes all of these writes, or none. */
  batch(writes: readonly Write<KeyOf<D>, R>[]): void {
    array(writes, "writes");
    this.batchOf(writes, (write) => checkWrite(write, ["put", "insert", "delete"]));
  }

  /**
   * Reads the row, changes it and stores it, in one transaction. `change` changes what it is given, or returns another.
   * Returns the row as it is then.
   */
  update(key: KeyOf<D>, change: (row: R) => R | undefined | void): R {
    checkFunction(change, "what changes a row");
    return this.context.transaction((context) => {
      const store = new Collection<D, R>(context, this.handle, this.shape, this.definition);
      const row = store.require(key);
      store.put(key, change(row) ?? row);
      return store.require(key);
    });
  }

  /** The row that has this value in the unique index, with its key. */
  find<N extends string & keyof NonNullable<D["unique"]>>(
    index: N,
    value: IndexValue<NonNullable<D["unique"]>[N]>,
  ): [StoredKeyOf<D>, R] | undefined {
    const codec = this.indexCodec(index, true);
    return new UniqueIndex(this.indexReads(index, codec)).find(value);
  }

  /** The collection by one of its indexes. */
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

/** A definition that was looked through. */
export interface Checked {
  /** What is stored of it. */
  row: Row;
  key: KeyCodec<unknown, unknown>;
  indexes: readonly { name: string; unique: boolean; codec: KeyCodec<unknown, unknown> }[];
}

const DEFINITION: readonly string[] = ["key", "unique", "index", "row"];

/** Refuses what can't name a collection. */
export function checkName(name: unknown): void {
  if (typeof name !== "string") throw invalid(`a collection's name is a string, not ${shown(name)}`);
}

/** Looks a definition through. */
export function checkDefinition(definition: CollectionDefinition): Checked {
  if (typeof definition !== "object" || definition === null) throw invalid(`a definition is an object, not ${shown(definition)}`);
  for (const name in definition) {
    if (!DEFINITION.includes(name)) throw invalid(`a definition has no ${shown(name)}: it has ${DEFINITION.join(", ")}`);
  }
  const { key } = definition;
  const indexes: Checked["indexes"][number][] = [];
  const named = (unique: boolean): { [name: string]: Value } => {
    const rows: { [name: string]: Value } = {};
    const given = (unique ? definition.unique : definition.index) ?? {};
    if (!isPlain(given)) throw invalid(`${unique ? "unique" : "index"} of a definition is an object of indexes, not ${shown(given)}`);
    for (const [name, columns] of Object.entries(given)) {
      if (!/^[a-z0-9_]+$/.test(name)) throw invalid(`${shown(name)} can't name an index: use lower-case letters, digits and underscores`);
      if (indexes.some((index) => index.name === name)) throw invalid(`there are two indexes ${shown(name)}`);
      const pairs = columnsOf(name, columns);
      rows[name] = pairs;
      indexes.push({ name, unique, codec: columnsCodec(pairs) });
    }
    return rows;
  };
  const unique = named(true);
  const index = named(false);
  if (Array.isArray(key) && key.length < 2) throw invalid("a key of one part is written without brackets");
  const codec = Array.isArray(key) ? tupleKey(key as readonly KeyPart[]) : singleKey(key as KeyPart);
  return { row: { key: key as Value, unique, index }, key: codec as KeyCodec<unknown, unknown>, indexes };
}

/** The shape of a collection's rows. */
export function collectionShape<D extends CollectionDefinition, R extends Row>(
  checked: Checked,
): Shape<KeyOf<D>, PrefixOf<D>, R, R, [StoredKeyOf<D>, R]> {
  return {
    key: checked.key as KeyCodec<KeyOf<D>, PrefixOf<D>>,
    write: writeRow,
    read: (reader) => readRow(reader) as R,
    entry: (key, row) => [key as unknown as StoredKeyOf<D>, row],
    keyless: false,
  };
}

function columnsOf(name: string, index: IndexDefinition): [string, ColumnType][] {
  if (typeof index === "string") return [[name, columnType(index)]];
  if (typeof index !== "object" || index === null) throw invalid(`index ${shown(name)} is ${shown(index)}, not a type nor columns and their types`);
  const columns = Object.entries(index).map(([column, type]): [string, ColumnType] => {
    // The order of such properties is not that in which they are written.
    if (/^(0|[1-9][0-9]*)$/.test(column)) throw invalid(`a column named ${shown(column)} can't be indexed together with others`);
    return [column, columnType(type)];
  });
  if (columns.length === 0) throw invalid(`index ${shown(name)} has no columns`);
  return columns;
}

function columnType(type: unknown): ColumnType {
  if (typeof type !== "string" || !Object.hasOwn(COLUMNS, type)) {
    throw invalid(`${shown(type)} is not a type of columns: it is one of ${Object.keys(COLUMNS).join(", ")}`);
  }
  return type as ColumnType;
}

const timestamp: PartCodec<unknown> = {
  write: (writer, value) => partCodec("i64").write(writer, millis(value)),
  writeLast: (writer, value) => partCodec("i64").writeLast(writer, millis(value)),
  read: (reader, end) => new Date(Number(partCodec("i64").read(reader, end))),
  readLast: (reader, start, end) => new Date(Number(partCodec("i64").readLast(reader, start, end))),
};

function millis(value: unknown): bigint {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw invalid(`a Date is needed, not ${shown(value)}`);
  return BigInt(value.getTime());
}

const COLUMNS: { readonly [T in ColumnType]: PartCodec<unknown> } = {
  string: partCodec("string"),
  bytes: partCodec("bytes"),
  bool: partCodec("bool"),
  i64: partCodec("i64"),
  f64: floatPart as PartCodec<unknown>,
  timestamp,
};

function columnsCodec(columns: readonly (readonly [string, ColumnType])[]): KeyCodec<unknown, unknown> {
  const codecs = columns.map(([, type]) => COLUMNS[type]);
  const last = codecs.length - 1;
  const lastCodec = codecs[last] as PartCodec<unknown>;
  const single = columns.length === 1;
  const parts = (value: unknown, min: number, max: number): readonly unknown[] => {
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      throw invalid(`an array of the values of ${columns.map(([name]) => name).join(", ")} is needed, not ${shown(value)}`);
    }
    return value;
  };
  return {
    write(writer, value) {
      if (single) {
        lastCodec.writeLast(writer, value);
        return;
      }
      const values = parts(value, codecs.length, codecs.length);
      for (let i = 0; i < last; i++) (codecs[i] as PartCodec<unknown>).write(writer, values[i]);
      lastCodec.writeLast(writer, values[last]);
    },
    read: () => undefined,
    prefix(writer, prefix) {
      if (single) {
        const type = columns[0]?.[1];
        if (type !== "string" && type !== "bytes") throw invalid(`values of type ${type} have no prefixes: use from and to`);
        lastCodec.writeLast(writer, prefix);
        return;
      }
      parts(prefix, 1, last).forEach((value, i) => (codecs[i] as PartCodec<unknown>).write(writer, value));
    },
  };
}
