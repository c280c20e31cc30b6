// An open table: its rows in pages, filtered and watched.

import { askForRow } from "./adding";
import { COLUMNS } from "./columns";
import { fill, grouped, h } from "./dom";
import type { Feed } from "./feed";
import type { AnyRows } from "./forms";
import { Grid } from "./grid";
import type { Notice } from "./notice";
import { IndexPager } from "./index-pager";
import { Pager, type Pages, type Shown } from "./pager";
import { refusal } from "./problem";
import type { Change, Entry } from "./rows";
import type { Table } from "./tables";
import { Toolbar, type Turn } from "./toolbar";
import { Unreadable } from "./value";

/**
 * The time that changes are collected before the page is read again, in milliseconds. Deleted rows are visible until
 * then.
 */
const SETTLING = 150;
const FADING = 500;

/** The events of the view, for the page. */
export interface ViewEvents {
  /** Something was changed, here or in another tab. */
  changed(): void;
  filtered(prefix: string): void;
}

export class TableView {
  private readonly title = h("h1");
  private readonly notes = h("p", { class: "notes" });
  private readonly content = h("div", { class: "content" });
  private readonly toolbar = new Toolbar({
    restart: () => (this.events.filtered(this.toolbar.prefix), void this.restart()),
    turn: (to) => void this.turn(to),
    add: () => void this.add(),
    enter: () => this.grid.focus(),
  });
  private readonly grid = new Grid({
    set: (entry, column, text) => this.set(entry, column, text),
    delete: (entry) => void this.delete(entry),
    turn: (to) => void this.turn(to),
    sort: (index) => (this.toolbar.sort(index), void this.restart()),
  });
  readonly element = h("div", { class: "view" }, h("header", { class: "head" }, this.title, this.notes), this.toolbar.element, this.content);

  private readonly feed: Feed;
  private readonly notice: Notice;
  private readonly events: ViewEvents;
  private table: Table | undefined;
  private rows: AnyRows | undefined;
  private pager: Pages | undefined;
  /** Counts the started reads, so that late results are dropped. */
  private turns = 0;
  private stop: (() => void) | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private settled = true;
  private entries: readonly Entry[] = [];

  constructor(feed: Feed, notice: Notice, events: ViewEvents) {
    this.feed = feed;
    this.notice = notice;
    this.events = events;
  }

  /** Opens the table by `open`, which may refuse. `extra` is shown beside its filter. */
  async open(table: Table, open: () => AnyRows, prefix: string, extra?: HTMLElement): Promise<void> {
    this.close();
    this.table = table;
    fill(this.title, table.name);
    fill(this.notes, ...table.notes.map((note) => h("span", {}, note)), h("span", { class: "touch" }, "tap a cell to edit it"));
    this.toolbar.begin(prefix, table.indexes ?? [], extra);
    try {
      this.rows = open();
    } catch (error) {
      return this.refuse(error);
    }
    this.toolbar.hint(this.rows.filter);
    await this.restart();
  }

  /** Ends the watch. */
  close(): void {
    this.turns++;
    this.unwatch();
    this.rows = undefined;
    this.pager = undefined;
  }

  focusFilter(): void {
    this.toolbar.focus();
  }

  private async restart(): Promise<void> {
    if (this.rows === undefined) return;
    const { index, prefix, descending } = this.toolbar;
    const pager = index === undefined ? new Pager(this.rows, prefix, descending) : new IndexPager(this.rows, index, descending);
    this.pager = pager;
    await this.read(() => pager.first(), false);
  }

  private async turn(to: Turn): Promise<void> {
    const { pager } = this;
    if (pager !== undefined && this.toolbar.leads(to)) await this.read(() => pager[to](), false);
  }

  /** Reads the page again in its place. */
  private async again(): Promise<void> {
    const { pager } = this;
    if (pager !== undefined) await this.read(() => pager.again(), true);
  }

  private async read(page: () => Promise<Shown>, live: boolean): Promise<void> {
    const turn = ++this.turns;
    clearTimeout(this.timer);
    // The screen shows another table or page by now.
    if (!live) this.content.setAttribute("aria-busy", "true");
    try {
      const shown = await page();
      if (turn !== this.turns) return;
      this.show(shown, live);
      this.watch(shown, turn);
    } catch (error) {
      if (turn === this.turns) this.refuse(error);
    }
  }

  private show(shown: Shown, live: boolean): void {
    this.toolbar.place(shown);
    this.content.removeAttribute("aria-busy");
    const { entries } = shown;
    this.entries = entries;
    if (entries.length === 0) {
      const { prefix, index } = this.toolbar;
      const text = index !== undefined ? `No row has a value in the index ${index}.` : prefix === "" ? "Nothing is stored here." : `No key begins with ${JSON.stringify(prefix)}.`;
      fill(this.content, h("div", { class: "empty" }, h("p", {}, text)));
      return;
    }
    const fresh = this.grid.element.parentElement !== this.content;
    if (fresh) fill(this.content, this.grid.element);
    this.grid.show(entries, columnsOf(entries), live && !fresh);
    this.grid.order(this.table?.indexes ?? [], this.toolbar.index, this.toolbar.descending);
  }

  private watch({ entries, range }: Shown, turn: number): void {
    const { rows } = this;
    if (rows === undefined) return;
    this.stop?.();
    const current = (): boolean => turn === this.turns;
    const fail = (error: unknown): void => {
      if (!current()) return;
      this.unwatch();
      this.notice.fail(error);
    };
    this.stop = rows.watch(range, (change) => current() && this.follow(change, entries), fail);
    this.feed.watching(`${grouped(entries.length)} ${entries.length === 1 ? "row" : "rows"} of ${this.table?.name ?? ""}`);
  }

  private unwatch(): void {
    clearTimeout(this.timer);
    this.stop?.();
    this.stop = undefined;
    this.feed.watching(undefined);
  }

  private follow(change: Change, entries: readonly Entry[]): void {
    this.feed.tell(change, this.toolbar.index !== undefined);
    switch (change.type) {
      case "current": {
        const ids = new Set(entries.map((entry) => entry.id));
        for (const entry of change.entries) this.grid.update(entry);
        const others = change.entries.length !== ids.size || change.entries.some((entry) => !ids.has(entry.id));
        // It tries once: the page and the watch may differ for a moment only.
        if (others && this.settled) this.later(SETTLING);
        this.settled = !others;
        return;
      }
      case "updated":
        this.grid.update(change.new);
        // Its place may be another one.
        if (this.toolbar.index !== undefined) this.later(SETTLING);
        break;
      case "deleted":
        this.grid.gone(change.old.id);
        this.later(FADING);
        break;
      default:
        this.later(SETTLING);
    }
    this.events.changed();
  }

  private later(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.again(), ms);
  }

  private async set(entry: Entry, column: string, text: string): Promise<void> {
    const { rows } = this;
    if (rows === undefined) return;
    await rows.set(entry, column, text);
    const { entries } = await rows.page({ gte: entry.key, lte: entry.key }, 1, undefined);
    for (const entry of entries) this.grid.update(entry);
    this.events.changed();
  }

  private async delete(entry: Entry): Promise<void> {
    const { rows } = this;
    if (rows === undefined) return;
    try {
      await rows.delete(entry);
      this.grid.gone(entry.id);
      this.later(FADING);
      this.events.changed();
      this.notice.say(`Deleted ${entry.id}.`, { name: "Undo", act: () => void this.restore(rows, entry) });
    } catch (error) {
      this.notice.fail(error);
    }
  }

  private async add(): Promise<void> {
    const { rows, table, entries } = this;
    if (rows === undefined || table === undefined) return;
    try {
      const entry = await askForRow(table.name, columnsOf(entries), entries, this.element);
      if (entry === undefined) return;
      if ((await rows.page({ gte: entry.key, lte: entry.key }, 1, undefined)).entries.length > 0) throw new Unreadable(`there is a row ${entry.id} already: edit it`);
      await rows.restore(entry);
      this.later(SETTLING);
      this.events.changed();
      this.notice.say(`Added ${entry.id}.`);
    } catch (error) {
      this.notice.fail(error);
    }
  }

  private async restore(rows: AnyRows, entry: Entry): Promise<void> {
    try {
      await rows.restore(entry);
      this.later(SETTLING);
      this.events.changed();
    } catch (error) {
      this.notice.fail(error);
    }
  }

  private refuse(error: unknown): void {
    this.unwatch();
    this.toolbar.place(undefined);
    this.content.removeAttribute("aria-busy");
    fill(this.content, refusal(error));
  }
}

/** Returns the columns of all entries, those with a defined place first. */
function columnsOf(entries: readonly Entry[]): string[] {
  const names = [...new Set(entries.flatMap((entry) => Object.keys(entry.columns)))];
  return [...COLUMNS.filter((name) => names.includes(name)), ...names.filter((name) => !COLUMNS.includes(name))];
}
