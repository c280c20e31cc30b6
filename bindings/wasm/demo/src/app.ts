// The page around the open table.

import type { AsyncDatabase } from "keyloft";

import { place, rename } from "./address";
import { DEFINITIONS } from "./dataset";
import { button, fill, grouped, h, size } from "./dom";
import { Feed } from "./feed";
import * as files from "./files";
import { load } from "./loader";
import { Lookup } from "./lookup";
import { Notice } from "./notice";
import { PrincipalChoice } from "./principal";
import { Sidebar } from "./sidebar";
import { Status } from "./status";
import { tabMark } from "./tabs";
import { listTables, type Table } from "./tables";
import { TimedRows } from "./timed";
import { TableView } from "./view";
import { loading, mark, welcome } from "./welcome";

/** The longest time that counts are out of date while changes come, in milliseconds. */
const COUNTING = 250;

/** The longest time that the size is out of date. */
const WEIGHING = 2_000;

export class App {
  private readonly db: AsyncDatabase;
  private readonly name: string;
  private readonly status = new Status(credit());
  private readonly notice = new Notice();
  private readonly feed = new Feed();
  private readonly sidebar = new Sidebar();
  private readonly principal = new PrincipalChoice(() => void this.show());
  private readonly lookup = new Lookup((name) => this.status.time("findByUsername", () => this.stores().users.findByUsername(name)));
  private readonly view: TableView;
  private readonly main = h("main", { id: "main", attrs: { tabindex: "-1" } });
  private tables: Table[] = [];
  private counting: ReturnType<typeof setTimeout> | undefined;
  private weighing: ReturnType<typeof setTimeout> | undefined;
  private weighed = -WEIGHING;
  private busy = false;

  constructor(db: AsyncDatabase, name: string) {
    this.db = db;
    this.name = name;
    this.view = new TableView(this.feed, this.notice, {
      changed: () => this.countSoon(),
      filtered: (prefix) => rename({ path: this.current()?.path ?? "", prefix }),
    });
  }

  /** Renders the page into `root`, and opens the table in its address. */
  async start(root: HTMLElement): Promise<void> {
    fill(
      root,
      h("a", { class: "skip", attrs: { href: "#main" }, on: { click: (event) => (event.preventDefault(), this.main.focus()) } }, "To the rows"),
      h(
        "header",
        { class: "bar" },
        button("Tables", () => document.body.classList.toggle("listing"), { icon: "menu", class: "bare menu" }),
        h("strong", { class: "brand" }, mark(), "Keyloft"),
        h("span", { class: "database", title: "The database's name" }, this.name),
        tabMark(this.db),
        h("span", { class: "gap" }),
        this.principal.element,
        h(
          "div",
          { class: "files" },
          button("Download the file", () => void this.download(), { icon: "down", text: "Download" }),
          button("Upload a file", () => void this.choose(), { icon: "up", text: "Upload" }),
          button("Compact the file", () => void this.compact(), { icon: "squeeze" }),
          button("Delete everything", () => void this.empty(), { icon: "bin" }),
        ),
      ),
      this.sidebar.element,
      this.main,
      this.feed.element,
      this.notice.element,
      this.status.element,
    );
    addEventListener("hashchange", () => (document.body.classList.remove("listing"), void this.show()));
    addEventListener("focus", () => this.countSoon());
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.target instanceof HTMLInputElement || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      this.view.focusFilter();
    });
    await this.refresh();
    this.followTables().catch((error: unknown) => this.notice.fail(error));
  }

  /** Watches the list of tables, also while none is open. */
  private async followTables(): Promise<void> {
    for await (const { type } of this.db.tables.watch()) if (type !== "current") this.countSoon();
  }

  /** Reads everything again. */
  private async refresh(): Promise<void> {
    await this.count();
    await this.show();
  }

  /** Reads the tables and the principals. Returns `true` if the open table must be shown again. */
  private async count(): Promise<boolean> {
    clearTimeout(this.counting);
    this.counting = undefined;
    this.tables = await this.status.time("tables", () => listTables(this.db, DEFINITIONS));
    const another = await this.principal.refresh(this.db);
    this.sidebar.show(this.tables, this.filled() ? this.current() : undefined);
    this.weigh();
    // Another tab has filled or emptied the database, or deleted the principal.
    return another || this.main.contains(this.view.element) !== this.filled();
  }

  private async recount(): Promise<void> {
    if (await this.count()) await this.show();
  }

  /** Shows the size of the database. That reads all of it, so it is done rarely. */
  private weigh(): void {
    this.weighing ??= setTimeout(() => {
      this.weighing = undefined;
      this.weighed = performance.now();
      // The last size stays when it can't be read.
      void this.db.stats().then(({ entries, fileBytes }) => this.status.showTotals(entries, fileBytes), () => undefined);
    }, Math.max(0, this.weighed + WEIGHING - performance.now()));
  }

  private countSoon(): void {
    this.counting ??= setTimeout(() => void this.recount().catch((error: unknown) => this.notice.fail(error)), COUNTING);
  }

  private filled(): boolean {
    return this.tables.some((table) => table.entries > 0);
  }

  private current(): Table | undefined {
    const { path } = place();
    return this.tables.find((table) => table.path === path) ?? this.tables[0];
  }

  private stores(): Pick<AsyncDatabase, "users"> {
    const { current } = this.principal;
    return current === undefined ? this.db : this.db.as(current);
  }

  private async show(): Promise<void> {
    if (this.busy) return;
    const table = this.current();
    if (!this.filled() || table === undefined) return this.welcome();
    this.sidebar.show(this.tables, table);
    document.title = `${table.name} · Keyloft`;
    if (!this.main.contains(this.view.element)) fill(this.main, this.view.element);
    this.lookup.clear();
    const { path: asked } = place();
    if (asked !== "" && asked !== table.path) this.notice.say(`There is no table at #/${asked}: this is ${table.name}.`);
    const extra = table.path === "system/users" ? this.lookup.element : undefined;
    const open = (): TimedRows => new TimedRows(table.open(this.principal.current), this.status);
    const { path, prefix } = place();
    await this.view.open(table, open, path === table.path ? prefix : "", extra);
  }

  private welcome(): void {
    this.view.close();
    document.title = "Keyloft";
    fill(this.main, welcome(() => void this.load(), () => void this.choose()));
  }

  private async load(): Promise<void> {
    const { element, progress } = loading();
    fill(this.main, element);
    await this.work(async () => {
      const began = performance.now();
      const entries = await this.status.time("load", () => load(this.db, progress));
      this.notice.say(`Stored ${grouped(entries)} entries in ${((performance.now() - began) / 1000).toFixed(1)} s.`);
    });
  }

  private async download(): Promise<void> {
    await this.work(async () => {
      const bytes = await this.status.time("file", () => files.download(this.db, this.name));
      this.notice.say(`Downloaded ${this.name}.redb, ${size(bytes)}: a file that native programs open.`);
    }, true);
  }

  private async choose(): Promise<void> {
    const file = await files.choose();
    if (file !== undefined) await this.upload(file);
  }

  private async upload(file: File): Promise<void> {
    await this.work(async () => {
      if (await files.upload(this.db, file, this.status)) this.notice.say(`The database now holds what ${file.name} holds.`);
    });
  }

  private async compact(): Promise<void> {
    await this.work(async () => {
      const before = (await this.db.stats()).fileBytes;
      await this.status.time("compact", () => this.db.compact());
      const after = (await this.db.stats()).fileBytes;
      this.notice.say(after < before ? `Compacted: ${size(before)} before, ${size(after)} now.` : `There was nothing to gain: ${size(after)}.`);
    }, true);
  }

  private async empty(): Promise<void> {
    await this.work(async () => {
      if (await files.empty(this.db, this.status)) this.notice.say("Everything is deleted.");
    });
  }

  /** Runs an operation on the whole database while no other can begin, and shows the result. */
  private async work(body: () => Promise<void>, reading = false): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.notice.hide();
    document.body.classList.add("busy");
    try {
      await body();
    } catch (error) {
      this.notice.fail(error);
    }
    this.busy = false;
    document.body.classList.remove("busy");
    // The size has changed.
    clearTimeout(this.weighing);
    this.weighing = undefined;
    this.weighed = -WEIGHING;
    try {
      await (reading ? this.recount() : this.refresh());
    } catch (error) {
      this.notice.fail(error);
    }
  }
}

function credit(): HTMLElement {
  return h(
    "p",
    { class: "credit" },
    "Contains data of ",
    h("a", { attrs: { href: "https://www.geonames.org/", rel: "noreferrer" } }, "GeoNames"),
    ", licensed under ",
    h("a", { attrs: { href: "https://creativecommons.org/licenses/by/4.0/", rel: "license noreferrer" } }, "CC BY 4.0"),
    ", changed.",
  );
}
