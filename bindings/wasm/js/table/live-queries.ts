import type { SelectParts } from "./select-builder.js";
import { type Live, LiveQuery } from "../live/live.js";
import { type FollowedWatch, LiveCount, LiveEntity, LiveList } from "../live/result.js";
import { LiveReading, LiveSelection } from "./live-selection.js";

/** A query of a watch, by key or by an index. */
type WatchQuery = { readonly index?: string; readonly limit?: number | undefined; readonly [field: string]: unknown };

/** The limit of a list without one. Only the changes to a query with a limit have places. */
const ALL = 2 ** 32 - 1;

/** The options of the watch of a live query. It has room for the changes of large transactions. */
export const LIVE = { live: true, capacity: 1 << 14 };

/** Begins a watch with the options `LIVE`. */
type Begin = (query: WatchQuery) => FollowedWatch;

/** Returns the entries of a query. The fields of `query` are those of its type. */
export function liveList<T>(query: unknown, watch: Begin): Live<T> {
  return new LiveQuery(() => watch(limited(query)), new LiveList()) as unknown as Live<T>;
}

/** Returns the number of entities of a query. */
export function liveCount<T>(query: unknown, watch: Begin): Live<T> {
  return new LiveQuery(() => watch(limited(query)), new LiveCount()) as unknown as Live<T>;
}

/** Returns the entity under a key. */
export function liveEntity<V>(key: unknown, watch: Begin): Live<V | undefined> {
  return new LiveQuery(() => watch({ eq: key }), new LiveEntity<V>());
}

/** The table of a live selection. */
export interface SelectionTable {
  watch: Begin;
  /** Reads the entries of a selection, which has no projection. */
  read(parts: SelectParts): PromiseLike<readonly Entry[]> | readonly Entry[];
  /** Returns `true` for an index in which an entity may have several values. */
  repeats(index: string): boolean;
}

type Entry = readonly [key: unknown, row: unknown];

/** Returns the results of a selection. */
export function liveSelection<T>(parts: SelectParts, { watch, read, repeats }: SelectionTable): Live<T> {
  const query = soleQuery(parts);
  if (query === undefined) {
    const unprojected = { ...parts, project: undefined };
    return new LiveQuery(() => watch(firstQuery(parts)), new LiveReading(parts, () => read(unprojected))) as unknown as Live<T>;
  }
  const repeating = query.index !== undefined && repeats(query.index);
  const isLimited = !repeating && parts.filters.length === 0 && typeof parts.order !== "function";
  const limit = isLimited ? parts.limit : undefined;
  return new LiveQuery(() => watch(limited({ ...query, limit })), new LiveSelection(parts, repeating)) as unknown as Live<T>;
}

/** Returns entries that are read again after each change to the entities of a query. */
export function liveReading<T>(query: unknown, watch: Begin, read: () => PromiseLike<readonly unknown[]> | readonly unknown[]): Live<T> {
  const parts: SelectParts = { conditions: [], filters: [], order: undefined, reverse: false, limit: undefined, project: undefined };
  return new LiveQuery(() => watch(query as WatchQuery), new LiveReading(parts, read as () => readonly Entry[])) as unknown as Live<T>;
}

function limited(query: unknown): WatchQuery {
  const { limit, ...rest } = query as WatchQuery;
  return { ...rest, limit: limit === undefined || limit === Infinity ? ALL : limit };
}

/** Returns the query that has the entities of the selection in its order, if there is one. */
function soleQuery({ conditions, order, reverse }: SelectParts): WatchQuery | undefined {
  const [condition, ...others] = conditions;
  if (others.length > 0) return undefined;
  if (condition === undefined) return typeof order === "string" ? { index: order, reverse } : { reverse };
  if ("missing" in condition) return undefined;
  if ("keys" in condition) return typeof order === "string" ? undefined : { ...condition.keys, reverse };
  // A function sorts entities that are in the order of their keys.
  if (order !== undefined && order !== condition.index) return undefined;
  return { ...condition.values, index: condition.index, reverse };
}

/** Returns a query whose changes are all that can change the selection. */
function firstQuery({ conditions }: SelectParts): WatchQuery {
  for (const condition of conditions) {
    if ("keys" in condition) return { ...condition.keys };
    if ("index" in condition) return { ...condition.values, index: condition.index };
  }
  return {};
}
