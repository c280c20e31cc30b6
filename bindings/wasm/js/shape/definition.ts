import { type KeyPart, partCodec } from "../codec/key-part.js";
import type { Reader } from "../codec/reader.js";
import { Writer } from "../codec/writer.js";
import { KeyTag, NodeTag } from "../protocol/codes.generated.js";

/** The encoding of a type of keys: `KeyShape` in Rust. */
export interface KeyShape {
  readonly tag: KeyTag;
  /** The number of bytes of an array. */
  readonly length?: number;
  /** The shape inside an option or a descending key. */
  readonly inner?: KeyShape;
  /** The parts of a composite key. The right part of a joined one is the only one here. */
  readonly parts?: readonly KeyPartShape[];
  readonly variants?: readonly { readonly name: string; readonly number: number; readonly parts: readonly KeyPartShape[] }[];
}

/** A part of a composite key. The parts of a tuple have no names. */
export interface KeyPartShape {
  readonly name: string | null;
  readonly shape: KeyShape;
}

/** One type within the shape of an entity: `Node` in Rust. It refers to others by their places in the list. */
export interface Node {
  readonly tag: NodeTag;
  /** The types inside, in their order. */
  readonly inside: readonly number[];
  /** The names of fields or variants. */
  readonly names?: readonly string[];
  /** The number of values of an array. */
  readonly length?: number;
}

/** An index of a table. */
export interface DefinedIndex {
  readonly name: string;
  readonly unique: boolean;
  readonly each: boolean;
  readonly fields: readonly string[];
  readonly value: KeyShape;
  readonly revision: number;
}

/** The definition of a table, as the catalog has it. */
export interface TableDefinition {
  readonly key: KeyShape;
  /** The shape of the entities: its nodes. It is `null` if it is not known. */
  readonly entity: readonly Node[] | null;
  readonly version: number;
  readonly hasEnvelope: boolean;
  readonly indexes: readonly DefinedIndex[];
  /** The fields of the entity that are its key. It is empty if the key is separate. */
  readonly keyFields: readonly string[];
  /** The field of the entity with the time at which it expires. */
  readonly expires: string | null;
}

/** The content of a variant without fields. */
export const NO_CONTENT = -1;

/** Reads a definition in its stored form. */
export function readDefinition(reader: Reader): TableDefinition {
  return {
    key: readKeyShape(reader),
    entity: reader.option((reader) => list(reader, readNode)),
    version: reader.varint(),
    hasEnvelope: reader.flag(),
    indexes: list(reader, (reader) => ({
      name: reader.string(),
      unique: reader.flag(),
      each: reader.flag(),
      fields: list(reader, text),
      value: readKeyShape(reader),
      revision: reader.varint(),
    })),
    keyFields: list(reader, text),
    expires: reader.option(text),
  };
}

/** The writer of definitions. A new one takes as long as the rest, and a transaction opens its collections each time. */
const writer = new Writer();

/** Returns the stored form of the definition of a table of rows. */
export function definitionBytes({ key, version, indexes }: Pick<TableDefinition, "key" | "version" | "indexes">): Uint8Array {
  writer.pos = 0;
  writeKeyShape(writer, key);
  for (const byte of [1, 1, NodeTag.row]) writer.u8(byte);
  writer.varint(version);
  writer.u8(1);
  writer.varint(indexes.length);
  for (const { name, unique, each, fields, value } of indexes) {
    writer.string(name, "the name of an index");
    writer.flag(unique);
    writer.flag(each);
    writer.varint(fields.length);
    for (const field of fields) writer.string(field, "the name of a column");
    writeKeyShape(writer, value);
    writer.u8(1);
  }
  // Neither key fields nor an expiry.
  writer.u8(0);
  writer.u8(0);
  return writer.written();
}

/** Writes the shape of a simple key, or of a tuple of them, after its length. */
function writeKeyShape(writer: Writer, { tag, parts }: KeyShape): void {
  const bytes: number[] = [tag];
  if (parts !== undefined) {
    for (const { shape } of parts) bytes.push(1, 0, shape.tag);
    bytes.push(0);
  }
  writer.varint(bytes.length);
  for (const byte of bytes) writer.u8(byte);
}

/** Reads the shape of a key after its length. */
function readKeyShape(reader: Reader): KeyShape {
  const length = reader.length();
  const end = reader.pos + length;
  const shape = loadKeyShape(reader, end);
  if (reader.pos !== end) throw reader.malformed();
  return shape;
}

/** Reads the shape of a key, whose parts are encoded as the parts of a key are. */
function loadKeyShape(reader: Reader, end: number): KeyShape {
  const part = <T>(type: KeyPart): T => partCodec(type).read(reader, end) as T;
  const loadPart = (): KeyPartShape => ({ name: reader.flag() ? part<string>("string") : null, shape: loadKeyShape(reader, end) });
  const parts = (): KeyPartShape[] => {
    const parts: KeyPartShape[] = [];
    while (reader.flag()) parts.push(loadPart());
    return parts;
  };
  const tag: KeyTag = reader.u8();
  switch (tag) {
    case KeyTag.array:
      return { tag, length: part<number>("u32") };
    case KeyTag.option:
    case KeyTag.reverse:
      return { tag, inner: loadKeyShape(reader, end) };
    case KeyTag.parts:
      return { tag, parts: parts() };
    case KeyTag.enum: {
      const variants: { name: string; number: number; parts: KeyPartShape[] }[] = [];
      while (reader.flag()) variants.push({ name: part<string>("string"), number: reader.u8(), parts: parts() });
      return { tag, variants };
    }
    case KeyTag.joined:
      return { tag, parts: [{ name: part<string>("string"), shape: { tag: KeyTag.text } }, loadPart()] };
    default:
      return { tag };
  }
}

function readNode(reader: Reader): Node {
  const tag: NodeTag = reader.varint();
  switch (tag) {
    case NodeTag.option:
    case NodeTag.list:
      return { tag, inside: [reader.varint()] };
    case NodeTag.map:
      return { tag, inside: [reader.varint(), reader.varint()] };
    case NodeTag.tuple:
      return { tag, inside: list(reader, (reader) => reader.varint()) };
    case NodeTag.array:
      return { tag, inside: [reader.varint()], length: reader.varint() };
    case NodeTag.struct: {
      const fields = list(reader, (reader) => ({ name: reader.string(), node: reader.varint() }));
      return { tag, names: fields.map(({ name }) => name), inside: fields.map(({ node }) => node) };
    }
    case NodeTag.enum: {
      const variants = list(reader, (reader) => ({ name: reader.string(), node: reader.option((reader) => reader.varint()) ?? NO_CONTENT }));
      return { tag, names: variants.map(({ name }) => name), inside: variants.map(({ node }) => node) };
    }
    default:
      return { tag, inside: [] };
  }
}

const text = (reader: Reader): string => reader.string();

function list<T>(reader: Reader, read: (reader: Reader) => T): T[] {
  const items: T[] = [];
  for (let left = reader.length(); left > 0; left--) items.push(read(reader));
  return items;
}
