// Pages of a table in both directions. A walk continues at its cursor, and turns at the keys on the screen.

import type { AnyRows } from "./forms";
import type { Entry, Range } from "./rows";

/** The number of rows of a page. */
export const PAGE = 50;

/** A walk over the table in one direction. */
interface Walk {
  readonly range: Range;
  readonly backward: boolean;
  cursor: string | undefined;
}

/** The entries on the screen, and their place in the table. */
export interface Shown {
  readonly entries: readonly Entry[];
  /** The number of entries before these, and of all. */
  readonly before: number;
  readonly count: number;
  /** The number of entries that the order leaves out. */
  readonly without: number;
  readonly first: boolean;
  readonly last: boolean;
  /** The range of the shown rows, open on a side where nothing follows. */
  readonly range: Range;
}

/** A place in an ordered table, from which others are read. */
export interface Pages {
  first(): Promise<Shown>;
  last(): Promise<Shown>;
  next(): Promise<Shown>;
  previous(): Promise<Shown>;
  /** Reads the same place again. */
  again(): Promise<Shown>;
}

/** A place in a filtered table, in the order of its keys. */
export class Pager implements Pages {
  private readonly rows: AnyRows;
  private readonly prefix: string;
  private readonly descending: boolean;
  private walk: Walk | undefined;
  private shown: Shown | undefined;

  constructor(rows: AnyRows, prefix: string, descending: boolean) {
    this.rows = rows;
    this.prefix = prefix;
    this.descending = descending;
  }

  first(): Promise<Shown> {
    return this.go({ range: { prefix: this.prefix }, backward: false, cursor: undefined });
  }

  last(): Promise<Shown> {
    return this.go({ range: { prefix: this.prefix }, backward: true, cursor: undefined });
  }

  next(): Promise<Shown> {
    return this.turn(false);
  }

  previous(): Promise<Shown> {
    return this.turn(true);
  }

  again(): Promise<Shown> {
    const key = this.shown?.entries[0]?.key;
    if (key === undefined || this.shown?.first === true) return this.first();
    return this.go({ range: { prefix: this.prefix, [this.descending ? "lte" : "gte"]: key }, backward: false, cursor: undefined });
  }

  private turn(backward: boolean): Promise<Shown> {
    const { walk, shown } = this;
    if (walk?.backward === backward && walk.cursor !== undefined) return this.go(walk);
    const key = backward ? shown?.entries[0]?.key : shown?.entries.at(-1)?.key;
    if (key === undefined) return backward ? this.last() : this.first();
    const upward = backward === this.descending;
    return this.go({ range: { prefix: this.prefix, [upward ? "gt" : "lt"]: key }, backward, cursor: undefined });
  }

  private async go(walk: Walk): Promise<Shown> {
    const { rows, prefix, descending } = this;
    const begun = walk.cursor !== undefined;
    const { entries, next } = await rows.page({ ...walk.range, reverse: walk.backward !== descending }, PAGE, walk.cursor);
    const bounded = begun || Object.keys(walk.range).length > 1;
    // There is less than a page before these rows, so the first page has them.
    if (walk.backward && bounded && next === undefined) return this.first();
    if (walk.backward) entries.reverse();
    const key = entries[0]?.key;
    const [count, before] = await Promise.all([
      rows.count({ prefix }),
      key === undefined ? 0 : rows.count({ prefix, [descending ? "gt" : "lt"]: key }),
    ]);
    const first = before === 0;
    const last = before + entries.length >= count;
    const range: Range = { prefix };
    if (!first) range[descending ? "lte" : "gte"] = key;
    if (!last) range[descending ? "gte" : "lte"] = entries.at(-1)?.key;
    this.walk = { ...walk, cursor: next };
    this.shown = { entries, before, count, without: 0, first, last, range };
    return this.shown;
  }
}
