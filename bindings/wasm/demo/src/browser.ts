// The tables of a database and the rows of one of them, without the page around: the component of the developer tools.

import type { AsyncDatabase } from "keyloft";

import { fill, h } from "./dom";
import { Feed } from "./feed";
import { Notice } from "./notice";
import { Sidebar } from "./sidebar";
import { Status } from "./status";
import { listTables, type Table } from "./tables";
import { TimedRows } from "./timed";
import { TableView } from "./view";

/** The longest time that counts are out of date while changes come, in milliseconds. */
const COUNTING = 250;

/** The time between two looks for changes of tables that are not open. */
const LOOKING = 2_000;

/** Shows a database in `root`. Returns a function that ends this. */
export function browse(root: ParentNode, db: AsyncDatabase): () => void {
  const browser = new Browser(db);
  root.append(browser.element);
  void browser.start();
  return () => browser.end();
}

class Browser {
  private readonly db: AsyncDatabase;
  private readonly status = new Status();
  private readonly notice = new Notice();
  private readonly feed = new Feed();
  private readonly sidebar = new Sidebar((path) => void this.show(path));
  private readonly main = h("main", { attrs: { tabindex: "-1" } });
  private readonly view = new TableView(this.feed, this.notice, { changed: () => this.countSoon(COUNTING), filtered: () => undefined });
  readonly element = h("div", { class: "browser" }, this.sidebar.element, this.main, this.feed.element, this.notice.element, this.status.element);
  private tables: Table[] = [];
  private path: string | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private ended = false;

  constructor(db: AsyncDatabase) {
    this.db = db;
  }

  async start(): Promise<void> {
    await this.count();
    const first = this.tables.find(({ entries }) => entries > 0) ?? this.tables[0];
    if (first !== undefined) await this.show(first.path);
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.view.close();
    this.element.remove();
  }

  private async count(): Promise<void> {
    try {
      this.tables = await listTables(this.db, {});
      if (this.ended) return;
      this.sidebar.show(this.tables, this.open());
      this.countSoon(LOOKING);
    } catch (error) {
      // A closed database stays as it was shown.
      this.notice.fail(error);
    }
  }

  private countSoon(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.count(), ms);
  }

  private open(): Table | undefined {
    return this.tables.find(({ path }) => path === this.path);
  }

  private async show(path: string): Promise<void> {
    this.path = path;
    const table = this.open();
    this.sidebar.show(this.tables, table);
    if (table === undefined) return;
    if (!this.main.contains(this.view.element)) fill(this.main, this.view.element);
    await this.view.open(table, () => new TimedRows(table.open(undefined), this.status), "");
  }
}
