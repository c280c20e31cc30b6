import type { KeyInput, KeyPart, KeyPartTypes } from "../codec/key-part.js";
import { type KeyCodec, singleKey, tupleKey } from "../codec/key.js";
import { isPlain, type Row, type Storable } from "../codec/value.js";
import { invalid, shown } from "../error/check.js";
import { IndexedColumn, KeyTag } from "../protocol/codes.generated.js";
import { type DefinedIndex, definitionBytes, type KeyShape } from "../shape/definition.js";
import type { KnownIndex } from "./known-index.js";
import { columnsCodec, columnType, type ColumnType, type ColumnTypes } from "./index-key.js";

/**
 * The definition of an index: the type of the column with the index's name, or an object of columns and their types.
 *
 * A type in brackets is that of the items of a list: `tags: ["string"]`. A row is in such an index once for each item of its list.
 */
export type IndexDefinition = ColumnType | ListColumn | { readonly [column: string]: ColumnType };

/** The type of the items of a list. */
export type ListColumn = readonly [ColumnType];

/** The definition of a collection: its keys and its indexes. */
export interface CollectionDefinition {
  /** The type of the keys, or of their parts: `["string", "i64"]` is the tuple `(String, i64)` in Rust. */
  readonly key: KeyPart | readonly [KeyPart, KeyPart, ...KeyPart[]];
  /** The unique indexes, in which no two rows have the same value. */
  readonly unique?: { readonly [name: string]: IndexDefinition } | undefined;
  /** The other indexes. */
  readonly index?: { readonly [name: string]: IndexDefinition } | undefined;
  /**
   * The version of the rows, 1 if it is left out. Raise it when rows get another form: `Database.defineCollection` then
   * migrates them. A program with an older version is refused from then on.
   */
  readonly version?: number | undefined;
  /** The type of the rows, for TypeScript alone: `{} as Note`. The value is ignored. */
  readonly row?: object;
}

type Parts<P extends readonly KeyPart[]> = { readonly [I in keyof P]: P[I] extends KeyPart ? KeyInput<P[I]> : never };

type StoredParts<P extends readonly KeyPart[]> = { -readonly [I in keyof P]: P[I] extends KeyPart ? KeyPartTypes[P[I]] : never };

/** The keys of a collection, as arguments. */
export type KeyOf<D extends CollectionDefinition> = KeyInputs<D["key"]>;

type KeyInputs<K> = K extends KeyPart ? KeyInput<K> : K extends readonly KeyPart[] ? Parts<K> : never;

/** The keys of a collection, as results. */
export type StoredKeyOf<D extends CollectionDefinition> = StoredKeys<D["key"]>;

type StoredKeys<K> = K extends KeyPart ? KeyPartTypes[K] : K extends readonly KeyPart[] ? StoredParts<K> : never;

/** The prefixes of the keys of a collection. */
export type PrefixOf<D extends CollectionDefinition> = Prefixes<D["key"]>;

type Prefixes<K> = K extends "string" | "bytes"
  ? KeyPartTypes[K]
  : K extends readonly KeyPart[]
    ? number extends K["length"]
      ? readonly (string | Uint8Array | boolean | number | bigint)[]
      : Heads<K>
    : never;

/** The first parts of keys of several parts. */
type Heads<K extends readonly KeyPart[]> = K extends readonly [...infer H extends readonly KeyPart[], KeyPart]
  ? H extends readonly []
    ? never
    : Parts<Readonly<H>> | Heads<H>
  : never;

/** The rows of a collection: `R` if it is given, otherwise the type in the definition. A type that can't be stored gives `never`. */
export type RowOf<D extends CollectionDefinition, R extends object> = [R] extends [never]
  ? D["row"] extends object
    ? D["row"] extends Storable<D["row"]>
      ? D["row"]
      : never
    : Row
  : R;

/** The values of an index. */
export type IndexValue<I> = I extends readonly [infer C] ? Values<C> : [SoleColumn<I>] extends [never] ? Values<I> : Values<SoleColumn<I>>;

/** The type of the only column of an index, whose values are not arrays. */
type SoleColumn<I> = I extends ColumnType ? never : { [C in keyof I]: [Exclude<keyof I, C>] extends [never] ? I[C] : never }[keyof I];

type Values<I> = I extends ColumnType
  ? ColumnTypes[I]
  : I extends { readonly [column: string]: ColumnType }
    ? readonly ColumnTypes[I[keyof I]][]
    : never;

/** The prefixes of an index's values. */
export type IndexPrefix<I> = I extends ColumnType ? TextPrefix<I> : I extends readonly [infer C] ? TextPrefix<C> : [SoleColumn<I>] extends [never] ? Values<I> : TextPrefix<SoleColumn<I>>;

type TextPrefix<C> = C extends "string" | "bytes" ? ColumnTypes[C] : never;

/** The indexes of a definition. */
export type Indexes<D extends CollectionDefinition> = NonNullable<D["unique"]> & NonNullable<D["index"]>;

/** The types of the values of a definition's indexes. */
export type IndexTypesOf<D extends CollectionDefinition> = {
  readonly [N in string & keyof Indexes<D>]: { value: IndexValue<Indexes<D>[N]>; prefix: IndexPrefix<Indexes<D>[N]> };
};

/** A valid definition. */
export interface CheckedDefinition {
  /** The definition as the catalog has it. */
  stored: Uint8Array;
  /** The content of each indexed column, index after index. */
  kinds: Uint8Array;
  key: KeyCodec<unknown, unknown>;
  indexes: readonly KnownIndex[];
}

const DEFINITION: readonly string[] = ["key", "unique", "index", "version", "row"];

/** The greatest version. */
const MAX_VERSION = 2 ** 32 - 1;

/** The shape of each type of keys and columns. */
const SHAPES: { readonly [T in KeyPart | ColumnType]: KeyTag } = {
  string: KeyTag.text,
  bytes: KeyTag.bytes,
  bool: KeyTag.bool,
  u8: KeyTag.u8,
  u16: KeyTag.u16,
  u32: KeyTag.u32,
  u64: KeyTag.u64,
  i8: KeyTag.i8,
  i16: KeyTag.i16,
  i32: KeyTag.i32,
  i64: KeyTag.i64,
  f64: KeyTag.f64,
  timestamp: KeyTag.i64,
};

/** Returns the shape of a key or of an indexed value of these types. */
function keyShape(types: readonly (KeyPart | ColumnType)[]): KeyShape {
  const shapes = types.map((type): KeyShape => ({ tag: SHAPES[type] }));
  return shapes.length === 1 ? (shapes[0] as KeyShape) : { tag: KeyTag.parts, parts: shapes.map((shape) => ({ name: null, shape })) };
}

/** Returns what a column of this type holds, where its shape says too little. */
function columnKind(type: ColumnType): IndexedColumn {
  if (type === "timestamp") return IndexedColumn.timestamp;
  return type === "i64" ? IndexedColumn.integer : IndexedColumn.any;
}

/** Throws if the name can't be that of a collection. */
export function checkName(name: unknown): void {
  if (typeof name !== "string") throw invalid(`a collection's name must be a string, not ${shown(name)}`);
}

/** Returns the checked definition. */
export function checkDefinition(definition: CollectionDefinition): CheckedDefinition {
  if (typeof definition !== "object" || definition === null) throw invalid(`a definition must be an object, not ${shown(definition)}`);
  for (const name in definition) {
    if (!DEFINITION.includes(name)) throw invalid(`a definition has no field ${shown(name)}: the fields are ${DEFINITION.join(", ")}`);
  }
  const { key, version = 1 } = definition;
  if (!Number.isInteger(version) || version < 1 || version > MAX_VERSION) {
    throw invalid(`the version of a definition must be a whole number of at least 1, not ${shown(version)}`);
  }
  const indexes: KnownIndex[] = [];
  const defined: DefinedIndex[] = [];
  const kinds: IndexedColumn[] = [];
  for (const unique of [true, false]) {
    const given = (unique ? definition.unique : definition.index) ?? {};
    if (!isPlain(given)) throw invalid(`${unique ? "unique" : "index"} of a definition must be an object of indexes, not ${shown(given)}`);
    for (const [name, columns] of Object.entries(given)) {
      if (name === "") throw invalid("an index has an empty name: name it");
      if (indexes.some((index) => index.name === name)) throw invalid(`two indexes are named ${shown(name)}: rename one`);
      const pairs = indexColumns(name, columns);
      const types = pairs.map(([, type]) => type);
      const each = Array.isArray(columns);
      indexes.push({ name, unique, each, computed: false, codec: columnsCodec(pairs) });
      defined.push({ name, unique, each, fields: pairs.map(([column]) => column), value: keyShape(types), revision: 1 });
      kinds.push(...types.map(columnKind));
    }
  }
  if (Array.isArray(key) && key.length < 2) throw invalid("a key of one part is written without brackets");
  const codec = Array.isArray(key) ? tupleKey(key as readonly KeyPart[]) : singleKey(key as KeyPart);
  const shape = keyShape(Array.isArray(key) ? (key as readonly KeyPart[]) : [key as KeyPart]);
  const stored = definitionBytes({ key: shape, version, indexes: defined });
  return { stored, kinds: Uint8Array.from(kinds), key: codec as KeyCodec<unknown, unknown>, indexes };
}

function indexColumns(name: string, index: IndexDefinition): [string, ColumnType][] {
  if (typeof index === "string") return [[name, columnType(index)]];
  if (Array.isArray(index)) {
    if (index.length !== 1) throw invalid(`index ${shown(name)} of a list must have the type of its items in brackets, not ${shown(index)}`);
    return [[name, columnType(index[0])]];
  }
  if (typeof index !== "object" || index === null) throw invalid(`index ${shown(name)} must be a type, a type in brackets or an object of columns and their types, not ${shown(index)}`);
  const columns = Object.entries(index).map(([column, type]): [string, ColumnType] => {
    // JavaScript puts such properties first, whatever their order in the source.
    if (/^(0|[1-9][0-9]*)$/.test(column)) throw invalid(`a column named ${shown(column)} can't be indexed together with others: rename it`);
    return [column, columnType(type)];
  });
  if (columns.length === 0) throw invalid(`index ${shown(name)} has no columns: name at least one`);
  return columns;
}
