// Pages of a table in the order of an index. Rows may have the same value there, so a walk continues at its cursors alone.

import type { AnyRows } from "./forms";
import { PAGE, type Pages, type Shown } from "./pager";
import type { Range } from "./rows";

/** A walk from one end. */
interface Walk {
  readonly backward: boolean;
  /** The cursors of the pages that were read. The first page has none. */
  readonly cursors: (string | undefined)[];
  /** The number of the page on the screen, from that end. */
  at: number;
}

/** A place in a table that is ordered by an index. Rows without a value in the index are left out. */
export class IndexPager implements Pages {
  private readonly rows: AnyRows;
  private readonly index: string;
  private readonly descending: boolean;
  private walk: Walk = { backward: false, cursors: [undefined], at: 0 };

  constructor(rows: AnyRows, index: string, descending: boolean) {
    this.rows = rows;
    this.index = index;
    this.descending = descending;
  }

  first(): Promise<Shown> {
    this.walk = { backward: false, cursors: [undefined], at: 0 };
    return this.again();
  }

  last(): Promise<Shown> {
    this.walk = { backward: true, cursors: [undefined], at: 0 };
    return this.again();
  }

  next(): Promise<Shown> {
    return this.turn(this.walk.backward ? -1 : 1);
  }

  previous(): Promise<Shown> {
    return this.turn(this.walk.backward ? 1 : -1);
  }

  async again(): Promise<Shown> {
    const { rows, index, descending, walk } = this;
    const { backward, cursors, at } = walk;
    const [{ entries, next }, count, all] = await Promise.all([
      rows.page({ index, reverse: backward !== descending }, PAGE, cursors[at]),
      rows.count({ index }),
      rows.count({}),
    ]);
    if (entries.length === 0 && at > 0) return this.first();
    cursors[at + 1] = next;
    if (backward) entries.reverse();
    const passed = at * PAGE;
    const before = backward ? Math.max(0, count - passed - entries.length) : passed;
    const first = backward ? next === undefined : at === 0;
    const last = backward ? at === 0 : next === undefined;
    const values = [entries[0], entries.at(-1)].map((entry) => entry?.columns[index]);
    const [low, high] = descending ? values.reverse() : values;
    const range: Range = { index };
    if (low !== undefined && !(descending ? last : first)) range.gte = low;
    if (high !== undefined && !(descending ? first : last)) range.lte = high;
    return { entries, before, count, without: all - count, first, last, range };
  }

  private turn(step: number): Promise<Shown> {
    const { walk } = this;
    const at = walk.at + step;
    // The other end is not reached by cursors.
    if (at < 0 || (at > 0 && walk.cursors[at] === undefined)) return (step > 0) === walk.backward ? this.first() : this.last();
    walk.at = at;
    return this.again();
  }
}
