import type { KnownIndex } from "./known-index.js";
import { Bound } from "../protocol/codes.generated.js";
import { compareBytes, type Span } from "./span.js";

/** The work of a selection. Tests can check it, so that a query that must be fast does not begin to read the whole table. */
export interface Plan {
  /** The entries that it reads: those of the whole table, of a range of its keys, or of an index. */
  readonly reads: "table" | "keys" | "index";
  /** The name of the index that it reads. */
  readonly index: string | undefined;
  /** The number of conditions that it checks on each entity that it reads. */
  readonly checks: number;
  /** `true` if it reads all selected entities and sorts them in memory. Otherwise it ends at its limit. */
  readonly sorts: boolean;
  /** The plan in words. */
  readonly text: string;
}

/** A condition on the key, or on the values in an index: that one is in the span, or that there is none. */
export type Condition =
  | { readonly index: undefined; readonly span: Span }
  | { readonly index: KnownIndex; readonly span: Span | undefined };

/** The order of a selection: an index, a function, or that of the read entries. */
export type Order = KnownIndex | "function" | undefined;

/** The entries that a selection reads. */
export interface Source {
  readonly index: KnownIndex | undefined;
  /** The range; `undefined` for all entries. */
  readonly span: Span | undefined;
  /** The condition that all read entries fulfil. */
  readonly condition: Condition | undefined;
  /** Set if the entries are in the order of the selection. */
  readonly isOrdered: boolean;
}

/** The usefulness of a condition for finding its entities, best first. */
const enum Rank {
  one,
  value,
  range,
  all,
}

function rankOf({ lower, upper, lowerKind, upperKind, prefix, isEmpty }: Span, isUnique: boolean): Rank {
  if (lower === undefined && upper === undefined && prefix.length === 0 && !isEmpty) return Rank.all;
  const isExact = lowerKind === Bound.included && upperKind === Bound.included && prefix.length === 0;
  if (!isExact || compareBytes(lower as Uint8Array, upper as Uint8Array) !== 0) return Rank.range;
  return isUnique ? Rank.one : Rank.value;
}

/** Chooses by the rules of `Select` what is read. The library in Rust has the same rules. */
export function choose(conditions: readonly Condition[], order: Order): Source {
  const orderedBy = order === "function" ? undefined : order;
  let best: { rank: Rank; source: Source } | undefined;
  for (const condition of conditions) {
    const { index, span } = condition;
    if (span === undefined) continue;
    const rank = rankOf(span, index?.unique !== false);
    // An entity is at its lowest value of all, and the range may begin at another one.
    const isOrdered = order === undefined || (index !== undefined && index === orderedBy && (!index.each || rank === Rank.all));
    const isBetter = best === undefined || rank < best.rank || (rank === best.rank && isOrdered && !best.source.isOrdered);
    if (isBetter) best = { rank, source: { index, span, condition, isOrdered } };
  }
  if (best !== undefined && (best.rank < Rank.all || orderedBy === undefined)) return best.source;
  return { index: orderedBy, span: undefined, condition: undefined, isOrdered: order !== "function" };
}

/** Describes the source, of a selection with this number of conditions. */
export function planOf({ index, span, condition, isOrdered }: Source, conditions: number): Plan {
  const isAll = span === undefined || rankOf(span, false) === Rank.all;
  const reads = index !== undefined ? "index" : isAll ? "table" : "keys";
  const checks = conditions - (condition === undefined ? 0 : 1);
  const what = index !== undefined ? `the index \`${index.name}\`` : isAll ? "the whole table" : "a range of keys";
  const checking = checks === 0 ? "" : `, checks ${checks} ${checks === 1 ? "condition" : "conditions"} on each entity`;
  return { reads, index: index?.name, checks, sorts: !isOrdered, text: `reads ${what}${checking}${isOrdered ? "" : ", sorts in memory"}` };
}
