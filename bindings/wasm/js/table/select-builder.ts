import { isDate } from "../codec/foreign.js";
import { checkFunction, checkLimit, invalid, shown } from "../error/check.js";
import type { KeyRange } from "./query.js";

/** The types of the values of indexes, and of their prefixes, by the names of the indexes. */
export type IndexTypes = { readonly [name: string]: { value: unknown; prefix: unknown } };

/** A condition of a selection in the form in which it travels to the leader. */
export type SelectCondition =
  | { readonly keys: KeyRange<unknown, unknown> }
  | { readonly index: string; readonly values: KeyRange<unknown, unknown> }
  | { readonly missing: string };

/** A selection without the functions of the caller, in the form in which it travels to the leader. */
export interface SelectRequest {
  readonly conditions: readonly SelectCondition[];
  /** The number of the caller's conditions. */
  readonly filters: number;
  /** The name of the index of the order, or `true` for a function of the caller. */
  readonly order: string | true | undefined;
  readonly reverse: boolean;
  readonly limit: number | undefined;
}

/** A value to sort by. */
export type SortValue = string | number | bigint | boolean | Date | null | undefined | readonly SortValue[];

/** The parts of a selection. */
export interface SelectParts {
  readonly conditions: readonly SelectCondition[];
  readonly filters: readonly ((row: never, key: never) => unknown)[];
  readonly order: string | ((row: never, key: never) => SortValue) | undefined;
  readonly reverse: boolean;
  readonly limit: number | undefined;
  readonly project: ((row: never, key: never) => unknown) | undefined;
}

export const EVERYTHING: SelectParts = { conditions: [], filters: [], order: undefined, reverse: false, limit: undefined, project: undefined };

/** The conditions, the order and the limit of a selection. Each method returns a new selection. */
export abstract class SelectBuilder<K, P, R, S, X extends IndexTypes> {
  /** @internal */
  protected readonly parts: SelectParts;

  /** @internal */
  constructor(parts: SelectParts) {
    this.parts = parts;
  }

  /** Returns the same selection of other parts. @internal */
  protected abstract with(parts: SelectParts): this;

  /** Selects the entities whose keys are in the range. */
  keys(range: KeyRange<K, P>): this {
    return this.where({ keys: range as KeyRange<unknown, unknown> });
  }

  /** Selects the entities that have a value in the index that is in the range. */
  by<N extends string & keyof X>(index: N, range: KeyRange<X[N]["value"], X[N]["prefix"]> = {}): this {
    return this.where({ index, values: range as KeyRange<unknown, unknown> });
  }

  /** Selects the entities that have no value in the index. No entry finds them, so this is a condition to check only. */
  missing<N extends string & keyof X>(index: N): this {
    return this.where({ missing: index });
  }

  /** Selects the entities for which the function returns `true`. */
  filter(condition: (row: R, key: S) => boolean): this {
    checkFunction(condition, "a condition of a selection");
    return this.with({ ...this.parts, filters: [...this.parts.filters, condition] });
  }

  /**
   * Sorts by the values in the index, then by key. Entities without a value in it are not selected.
   *
   * An entity with several values is at the lowest one, or in the reverse order at the highest one.
   */
  orderBy<N extends string & keyof X>(index: N): this {
    if (typeof index !== "string") throw invalid(`the order must be the name of an index, not ${shown(index)}`);
    return this.with({ ...this.parts, order: index });
  }

  /** Sorts by the result of the function, then by key. Texts are in the order of JavaScript's `<`, arrays in that of their items. */
  orderWith(value: (row: R, key: S) => SortValue): this {
    checkFunction(value, "the order of a selection");
    return this.with({ ...this.parts, order: value });
  }

  /** Reverses the order. */
  reverse(): this {
    return this.with({ ...this.parts, reverse: !this.parts.reverse });
  }

  /** Limits the result to its first `limit` entities. */
  limit(limit: number): this {
    return this.with({ ...this.parts, limit: checkLimit(limit) });
  }

  private where(condition: SelectCondition): this {
    return this.with({ ...this.parts, conditions: [...this.parts.conditions, condition] });
  }
}

/** Returns the part of the selection that needs no function. */
export function requestOf({ conditions, filters, order, reverse, limit }: SelectParts): SelectRequest {
  const isLimited = filters.length === 0 && typeof order !== "function";
  return { conditions, filters: filters.length, order: typeof order === "function" ? true : order, reverse, limit: isLimited ? limit : undefined };
}

/** Returns the selection for a count. It has no order, but it leaves out the entities that the order leaves out. */
export function unsorted(parts: SelectParts): SelectParts {
  const { conditions, order } = parts;
  return { ...parts, order: undefined, conditions: typeof order === "string" ? [...conditions, { index: order, values: {} }] : conditions };
}

/** The functions of a selection, which take its entities one by one. */
export class Selecting<T> {
  private readonly parts: SelectParts;
  private readonly sorted: { value: SortValue; result: readonly [unknown, unknown] }[] = [];
  private left: number;

  constructor(parts: SelectParts) {
    this.parts = parts;
    this.left = parts.limit ?? Infinity;
  }

  /** `true` once the limit is reached. */
  get isComplete(): boolean {
    return this.left === 0;
  }

  /** Takes the next entity. Returns its result, or nothing if it has none yet. */
  take(entity: readonly [unknown, unknown]): [result: T] | undefined {
    const { filters, order } = this.parts;
    const [key, row] = entity as [never, never];
    if (this.left === 0 || !filters.every((filter) => filter(row, key))) return undefined;
    if (typeof order === "function") {
      this.sorted.push({ value: checkSortValue(order(row, key)), result: entity });
      return undefined;
    }
    this.left--;
    return [this.result(entity)];
  }

  /** Returns the results that follow the last entity. */
  finish(): T[] {
    const sign = this.parts.reverse ? -1 : 1;
    this.sorted.sort((one, other) => sign * compare(one.value, other.value));
    return this.sorted.slice(0, this.left).map(({ result }) => this.result(result));
  }

  private result(entity: readonly [unknown, unknown]): T {
    const { project } = this.parts;
    return (project === undefined ? entity : project(entity[1] as never, entity[0] as never)) as T;
  }
}

function checkSortValue(value: SortValue): SortValue {
  if (Array.isArray(value)) value.forEach(checkSortValue);
  else if ((typeof value === "object" && value !== null && !isDate(value)) || typeof value === "function" || typeof value === "symbol") {
    throw invalid(`the order of a selection must be a string, a number, a bigint, a boolean, a Date or an array of these, not ${shown(value)}`);
  }
  return value;
}

/** Compares two values. Nothing is before everything else. */
function compare(one: SortValue, other: SortValue): number {
  if (Array.isArray(one) && Array.isArray(other)) {
    for (let i = 0; i < Math.min(one.length, other.length); i++) {
      const order = compare(one[i] as SortValue, other[i] as SortValue);
      if (order !== 0) return order;
    }
    return one.length - other.length;
  }
  const isNone = (value: SortValue): boolean => value === null || value === undefined;
  if (isNone(one) || isNone(other)) return Number(isNone(other)) - Number(isNone(one));
  return (one as number) < (other as number) ? -1 : (one as number) > (other as number) ? 1 : 0;
}
