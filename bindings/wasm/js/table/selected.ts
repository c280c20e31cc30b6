import type { Reader } from "../codec/reader.js";
import type { Writer } from "../codec/writer.js";
import { invalid, shown } from "../error/check.js";
import type { KnownIndex } from "./known-index.js";
import { choose, type Condition, type Order, type Plan, planOf, type Source } from "./plan.js";
import { ScanIterator, type ScanSource } from "./scan.js";
import { compareBytes, contains } from "./span.js";

/** The part of a selection that needs no function of the caller. */
export interface Selection {
  readonly conditions: readonly Condition[];
  /** The number of the caller's conditions. */
  readonly filters: number;
  readonly order: Order;
  readonly reverse: boolean;
  /** The maximal number of entities, unless the caller's functions decide which they are. */
  readonly limit: number | undefined;
}

/** The values of an entity in one index, in their order. */
type Values = readonly Uint8Array[];

/** An entity with the value by which it is sorted. */
interface Sortable<E> {
  readonly value: Uint8Array;
  readonly key: Uint8Array;
  readonly entity: E;
}

/** The number of sorted entities that are kept in any case, because sorting a few of them often is slow. */
const LEAST = 256;

/** The number of sorted entities in a chunk. */
const CHUNK = 1024;

const NO_VALUE = new Uint8Array(0);

/** Describes what the selection reads. */
export function explain(selection: Selection): Plan {
  const { conditions, filters, order } = selection;
  return planOf(choose(conditions, order), conditions.length + filters);
}

/** Throws if the selection asks for the values of an index by a function. */
export function checkComputable({ conditions, order }: Selection): void {
  const from = choose(conditions, order);
  const isAsked = (index: KnownIndex | undefined): boolean => index !== undefined && index.computed;
  const checked = conditions.find((condition) => condition !== from.condition && isAsked(condition.index))?.index;
  const computed = checked ?? (typeof order === "object" && !from.isOrdered && isAsked(order) ? order : undefined);
  if (computed !== undefined) throw invalid(`index ${shown(computed.name)} is by a function, which only the Rust program has: check its values there`);
}

/** An iterator of the entities that a selection finds, before the functions of the caller. */
export class SelectedIterator<E> extends ScanIterator<E> {
  private readonly found: Found<E>;
  private sorted: E[] | undefined;
  private place = 0;

  /** @internal */
  constructor(scan: ScanSource<E>, selection: Selection) {
    const found = new Found(scan, selection);
    super(found, true);
    this.found = found;
  }

  override next(): IteratorResult<E, undefined> {
    if (this.found.sorts) {
      const value = this.list()[this.place];
      if (value === undefined) return { done: true, value: undefined };
      this.source.context.check();
      this.place++;
      return { done: false, value };
    }
    if (this.found.isComplete) return this.return();
    return super.next();
  }

  override take(count: number): E[] {
    const entities: E[] = [];
    while (entities.length < count) {
      const { done, value } = this.next();
      if (done === true) break;
      entities.push(value);
    }
    return entities;
  }

  override chunk(): { entities: E[]; more: boolean } {
    if (this.found.sorts) {
      const entities = this.take(CHUNK);
      return { entities, more: this.place < this.list().length };
    }
    for (;;) {
      const { entities, more } = this.found.isComplete ? { entities: [], more: false } : super.chunk();
      const isLast = !more || this.found.isComplete;
      if (isLast) this.return();
      if (isLast || entities.length > 0) return { entities, more: !isLast };
    }
  }

  override return(): IteratorReturnResult<undefined> {
    if (this.found.sorts) this.sorted = [];
    return super.return();
  }

  /** Returns the sorted entities. */
  private list(): E[] {
    if (this.sorted === undefined) {
      // It keeps the entities and returns none of them.
      super.next();
      this.sorted = this.found.finish();
    }
    return this.sorted;
  }
}

/** The source of the scan of a selection, which checks and sorts what the scan reads. */
class Found<E> implements ScanSource<E> {
  readonly context: ScanSource<E>["context"];
  readonly valued: readonly string[];
  /** Set if all entities must be sorted. */
  readonly sorts: boolean;
  private readonly scan: ScanSource<E>;
  private readonly selection: Selection;
  private readonly from: Source;
  /** The conditions that are checked, each with the place of its index. */
  private readonly checks: readonly (readonly [Condition, number])[];
  private readonly orderAt: number;
  /** The keys that were read from an index with several values of one entity. */
  private readonly seen: Set<string> | undefined;
  private left: number;
  private list: Sortable<E>[] = [];

  constructor(scan: ScanSource<E>, selection: Selection) {
    const { conditions, order, limit } = selection;
    this.scan = scan;
    this.context = scan.context;
    this.selection = selection;
    this.from = choose(conditions, order);
    // The caller's function sorts entities that are in the order of their keys.
    this.sorts = order === "function" ? this.from.index !== undefined : !this.from.isOrdered;
    const names: string[] = [];
    const place = (index: KnownIndex | undefined): number => {
      if (index === undefined) return -1;
      if (!names.includes(index.name)) names.push(index.name);
      return names.indexOf(index.name);
    };
    this.checks = conditions.filter((condition) => condition !== this.from.condition).map((condition) => [condition, place(condition.index)]);
    this.orderAt = this.sorts && typeof order === "object" ? place(order) : -1;
    this.valued = names;
    this.seen = this.from.index?.each === true ? new Set() : undefined;
    this.left = limit ?? Infinity;
  }

  /** `true` once the limit is reached. */
  get isComplete(): boolean {
    return this.left === 0;
  }

  handle(): number {
    return this.scan.handle();
  }

  writeVisibility(writer: Writer): void {
    this.scan.writeVisibility(writer);
  }

  write(writer: Writer): void {
    const { index, span } = this.from;
    this.writeVisibility(writer);
    writer.optional(index, ({ name }) => writer.text(name));
    if (span !== undefined) writer.raw(span.stored);
    // Two bounds and a prefix.
    else for (const byte of [0, 0, 0, 0, 0, 0]) writer.u8(byte);
    writer.flag(this.selection.reverse);
    const isBounded = !this.sorts && this.checks.length === 0 && this.seen === undefined;
    const limit = span?.isEmpty === true || this.left === 0 ? 0 : isBounded && this.left !== Infinity ? this.left : undefined;
    writer.optional(limit, (limit) => writer.u32(limit));
  }

  read(reader: Reader, keyStart: number, keyEnd: number, values: readonly Values[]): E | undefined {
    if (this.left === 0) return undefined;
    const key = reader.buffer.subarray(keyStart, keyEnd);
    for (const [{ index, span }, at] of this.checks) {
      const own = index === undefined ? [key] : (values[at] as Values);
      if (span === undefined ? own.length > 0 : !own.some((value) => contains(span, value))) return undefined;
    }
    if (this.seen !== undefined) {
      const text = String(key);
      if (this.seen.has(text)) return undefined;
      this.seen.add(text);
    }
    if (!this.sorts) {
      this.left--;
      return this.scan.read(reader, keyStart, keyEnd, values);
    }
    const value = this.orderAt < 0 ? NO_VALUE : values[this.orderAt]?.at(this.selection.reverse ? -1 : 0);
    if (value === undefined) return undefined;
    const entity = this.scan.read(reader, keyStart, keyEnd, values);
    if (entity !== undefined) this.list.push({ value, key: key.slice(), entity });
    if (this.list.length >= Math.max(2 * this.left, LEAST)) this.sort();
    return undefined;
  }

  /** Returns the sorted entities. */
  finish(): E[] {
    this.sort();
    return this.list.map(({ entity }) => entity);
  }

  private sort(): void {
    const sign = this.selection.reverse ? -1 : 1;
    this.list.sort((one, other) => sign * (compareBytes(one.value, other.value) || compareBytes(one.key, other.key)));
    if (this.list.length > this.left) this.list.length = this.left;
  }
}
