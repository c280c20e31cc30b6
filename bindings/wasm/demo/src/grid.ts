// The rows of a page: shown, walked by keyboard, edited and deleted in place.

import type { Value } from "keyloft";

import { button, fill, focusedBeside, h } from "./dom";
import { edit } from "./editor";
import { TIMES } from "./forms";
import type { Entry } from "./rows";
import type { Turn } from "./toolbar";
import { same, show, time, type Type, typeOf } from "./value";

/** The events of the grid. */
export interface GridActions {
  set(entry: Entry, column: string, text: string): Promise<void>;
  delete(entry: Entry): void;
  turn(to: Turn): void;
  /** Sorts by an index, or by the key for an empty text. */
  sort(index: string): void;
}

interface Line {
  entry: Entry;
  readonly element: HTMLTableRowElement;
  readonly cells: Map<string, HTMLTableCellElement>;
}

/** The keys that move between cells, with their steps in columns and rows. */
const STEPS: { readonly [key: string]: readonly [columns: number, rows: number] } = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  Home: [-Infinity, 0],
  End: [Infinity, 0],
};

export class Grid {
  private readonly head = h("tr");
  private readonly body = h("tbody");
  private readonly table = h("table", { attrs: { role: "grid", "aria-readonly": "false" } }, h("thead", {}, this.head), this.body);
  readonly element = h("div", { class: "grid", attrs: { tabindex: "-1" } }, this.table);
  private readonly actions: GridActions;
  private readonly lines = new Map<string, Line>();
  private columns: readonly string[] = [];
  private kept: readonly string[] = [];
  private editing: { cell: HTMLElement; end: () => void } | undefined;

  constructor(actions: GridActions) {
    this.actions = actions;
    this.table.addEventListener("keydown", (event) => this.key(event));
    this.table.addEventListener("dblclick", (event) => this.begin(event.target));
    // A finger does not click twice.
    this.table.addEventListener("click", (event) => (event as PointerEvent).pointerType === "touch" && this.begin(event.target));
    this.table.addEventListener("focusin", (event) => this.focused(event.target));
  }

  /** Shows these entries. `live` says that they are of the same place as before, so that new ones are marked. */
  show(entries: readonly Entry[], columns: readonly string[], live: boolean): void {
    const kept = [...new Set(entries.flatMap((entry) => Object.keys(entry.kept)))];
    if (!live || columns.join() !== this.columns.join() || kept.join() !== this.kept.join()) this.restart(columns, kept);
    const ids = new Set(entries.map((entry) => entry.id));
    for (const [id, line] of this.lines) if (!ids.has(id)) this.drop(line);
    let after: HTMLTableRowElement | undefined;
    for (const entry of entries) {
      const known = this.lines.get(entry.id);
      const line = known ?? this.line(entry);
      if (known !== undefined) this.update(entry);
      else if (live) flash(line.element, "arrived");
      const place: ChildNode | null = after === undefined ? this.body.firstChild : after.nextSibling;
      if (place !== line.element) this.body.insertBefore(line.element, place);
      after = line.element;
    }
    for (const head of this.head.cells) {
      const name = head.dataset["column"] ?? "";
      const value = entries.find((entry) => (entry.columns[name] ?? null) !== null)?.columns[name];
      head.dataset["type"] = value === undefined || TIMES.has(name) ? "" : typeOf(value);
    }
    if (!live) this.element.scrollTo(0, 0);
    if (this.table.querySelector('[tabindex="0"]') === null) this.body.querySelector("td, th")?.setAttribute("tabindex", "0");
  }

  /** Shows the order of the rows. A column with an index, and the key, sort by themselves. */
  order(indexes: readonly string[], index: string | undefined, descending: boolean): void {
    if (indexes.length === 0) return;
    for (const head of this.head.cells) {
      const name = head.dataset["column"] ?? "";
      if (name !== "" && !indexes.includes(name)) continue;
      const text = name === "" ? "key" : name;
      const sorted = name === (index ?? "");
      const arrow = sorted ? (descending ? " ↓" : " ↑") : "";
      head.setAttribute("aria-sort", sorted ? (descending ? "descending" : "ascending") : "none");
      fill(head, button(`Sort by ${text}`, () => this.actions.sort(name), { text: `${text}${arrow}`, class: "bare sort" }));
    }
  }

  /** Shows the changed entry. */
  update(entry: Entry): void {
    const line = this.lines.get(entry.id);
    if (line === undefined) return;
    line.element.classList.remove("gone");
    const before = line.entry;
    line.entry = entry;
    for (const [name, cell] of line.cells) {
      const value = valueOf(entry, name);
      if (same(valueOf(before, name), value) || cell === this.editing?.cell) continue;
      paint(cell, name, value);
      if (name in entry.columns) flash(cell, "changed");
    }
  }

  /** Shows that the entry was deleted. */
  gone(id: string): void {
    this.lines.get(id)?.element.classList.add("gone");
  }

  /** Focuses the rows. */
  focus(): void {
    this.table.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }

  private restart(columns: readonly string[], kept: readonly string[]): void {
    this.editing?.end();
    this.lines.clear();
    this.columns = columns;
    this.kept = kept;
    fill(this.body);
    const heads = [...columns, ...kept].map((name) => h("th", { class: kept.includes(name) ? "kept" : "", data: { column: name }, attrs: { scope: "col" } }, name));
    fill(this.head, h("th", { attrs: { scope: "col" } }, "key"), ...heads);
  }

  private line(entry: Entry): Line {
    const cells = new Map<string, HTMLTableCellElement>();
    for (const name of [...this.columns, ...this.kept]) {
      const cell = h("td", { class: this.kept.includes(name) ? "kept" : "", data: { column: name }, attrs: { tabindex: "-1" } });
      paint(cell, name, valueOf(entry, name));
      cells.set(name, cell);
    }
    const bin = button("Delete", () => this.remove(element), { icon: "bin", class: "bare", key: "Del" });
    bin.tabIndex = -1;
    const element: HTMLTableRowElement = h(
      "tr",
      { data: { id: entry.id } },
      h("th", { attrs: { scope: "row", tabindex: "-1" }, title: entry.id }, h("span", {}, entry.id), bin),
      ...cells.values(),
    );
    const line = { entry, element, cells };
    this.lines.set(entry.id, line);
    return line;
  }

  private drop(line: Line): void {
    if (this.editing !== undefined && line.element.contains(this.editing.cell)) this.editing.end();
    const cell = focusedBeside(this.table)?.closest("td, th");
    // The focus stays where it was.
    if (cell instanceof HTMLElement && line.element.contains(cell)) move(cell, 0, line.element.nextElementSibling === null ? -1 : 1);
    this.lines.delete(line.entry.id);
    line.element.remove();
  }

  private begin(target: EventTarget | null): void {
    const cell = target instanceof Element ? target.closest("td") : null;
    const line = this.lines.get(cell?.parentElement?.dataset["id"] ?? "");
    const column = cell?.dataset["column"];
    if (cell === null || line === undefined || column === undefined || cell === this.editing?.cell || this.kept.includes(column)) return;
    if (typeOf(line.entry.columns[column] ?? null) === "nested") return;
    this.editing?.end();
    const end = edit(cell, line.entry, column, {
      save: (text) => this.actions.set(line.entry, column, text),
      end: () => {
        this.editing = undefined;
        const inside = cell.contains(focusedBeside(cell));
        paint(cell, column, line.entry.columns[column]);
        if (inside) cell.focus();
      },
    });
    this.editing = { cell, end };
  }

  private remove(element: Element | null | undefined): void {
    const line = this.lines.get(element instanceof HTMLElement ? (element.dataset["id"] ?? "") : "");
    if (line !== undefined) this.actions.delete(line.entry);
  }

  private key(event: KeyboardEvent): void {
    const cell = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("td, th") : null;
    if (cell === null || event.altKey || event.metaKey) return;
    const step = STEPS[event.key];
    if (event.ctrlKey && event.key === "Home") this.actions.turn("first");
    else if (event.ctrlKey && event.key === "End") this.actions.turn("last");
    else if (event.ctrlKey) return;
    else if (event.key === "PageUp") this.actions.turn("previous");
    else if (event.key === "PageDown") this.actions.turn("next");
    else if (event.key === "Enter" || event.key === "F2") this.begin(cell);
    else if (event.key === "Delete") this.remove(cell.parentElement);
    else if (step !== undefined) move(cell, ...step);
    else return;
    event.preventDefault();
  }

  /** One cell at a time is in the tab order. */
  private focused(target: EventTarget | null): void {
    if (!(target instanceof HTMLElement) || !target.matches("tbody td, tbody th")) return;
    for (const cell of this.table.querySelectorAll('[tabindex="0"]')) cell.setAttribute("tabindex", "-1");
    target.tabIndex = 0;
  }
}

function move(cell: HTMLElement, columns: number, rows: number): void {
  const row = cell.parentElement;
  if (!(row instanceof HTMLTableRowElement) || !(row.parentElement instanceof HTMLTableSectionElement)) return;
  const lines = row.parentElement.rows;
  const target = lines[Math.max(0, Math.min(lines.length - 1, row.sectionRowIndex + rows))];
  const last = row.cells.length - 1;
  const at = Array.from(row.cells).indexOf(cell as HTMLTableCellElement);
  const next = target?.cells[Math.max(0, Math.min(last, at + columns))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function valueOf({ columns, kept }: Entry, name: string): Value | undefined {
  return name in columns ? columns[name] : kept[name];
}

function paint(cell: HTMLElement, name: string, value: Value | undefined): void {
  const timely = TIMES.has(name) && typeof value === "bigint";
  const type: Type = timely ? "time" : typeOf(value ?? null);
  const text = timely ? time(value) : show(value);
  cell.dataset["type"] = value === undefined ? "missing" : type;
  cell.title = text.length > 24 ? text : "";
  fill(cell, text);
}

function flash(element: HTMLElement, how: string): void {
  element.classList.remove(how);
  // This starts the animation again.
  void element.offsetWidth;
  element.classList.add(how);
  element.addEventListener("animationend", () => element.classList.remove(how), { once: true });
}
