// The bar over the rows: the filter, the order, the place in the table and the page buttons.

import { button, fill, grouped, h, icon } from "./dom";
import type { Shown } from "./pager";

/** The directions from a page. */
export type Turn = "first" | "previous" | "next" | "last";

/** The events of the toolbar. */
export interface ToolbarActions {
  /** The filter or the order has changed. */
  restart(): void;
  turn(to: Turn): void;
  /** Adds a row. */
  add(): void;
  /** Moves the focus to the rows. */
  enter(): void;
}

/** The time to wait for more typing, in milliseconds. */
const TYPING = 150;

export class Toolbar {
  /** Set for descending order. */
  descending = false;
  /** The index that the rows are sorted by, or `undefined` for the key. */
  index: string | undefined;
  private readonly filter = h("input", { id: "filter", attrs: { type: "search", spellcheck: "false", autocomplete: "off", "aria-label": "Filter by the key's beginning" } });
  private readonly filtering = h("label", { class: "filter" }, h("span", {}, "Prefix"), this.filter, h("kbd", {}, "/"));
  private readonly position = h("p", { class: "position", attrs: { "aria-live": "polite" } });
  private readonly order: HTMLButtonElement;
  private readonly sorting = h("select", { attrs: { "aria-label": "Sort by" } });
  private readonly sorted = h("label", { class: "sorting" }, h("span", {}, "Sort by"), this.sorting);
  private readonly pages: { readonly [T in Turn]: HTMLButtonElement };
  private readonly extra = h("div", { class: "extra" });
  readonly element: HTMLElement;

  constructor(actions: ToolbarActions) {
    const turn = (to: Turn) => (): void => actions.turn(to);
    this.order = button("Order", () => (this.turnRound(), actions.restart()));
    this.pages = {
      first: button("First page", turn("first"), { icon: "first", key: "Ctrl+Home" }),
      previous: button("Previous page", turn("previous"), { icon: "previous", key: "Page up" }),
      next: button("Next page", turn("next"), { icon: "next", key: "Page down" }),
      last: button("Last page", turn("last"), { icon: "last", key: "Ctrl+End" }),
    };
    this.nameOrder();
    this.sorting.addEventListener("change", () => (this.sort(this.sorting.value), actions.restart()));
    let typing: ReturnType<typeof setTimeout> | undefined;
    this.filter.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => actions.restart(), TYPING);
    });
    this.filter.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" && event.key !== "Enter") return;
      event.preventDefault();
      actions.enter();
    });
    this.element = h(
      "div",
      { class: "toolbar" },
      this.filtering,
      this.sorted,
      this.order,
      button("Add a row", () => actions.add(), { icon: "plus", class: "add" }),
      this.extra,
      h("div", { class: "pager" }, this.position, ...Object.values(this.pages)),
    );
  }

  get prefix(): string {
    return this.filter.value;
  }

  /** Starts with another table, which can be sorted by these indexes. `extra` is shown beside its filter. */
  begin(prefix: string, indexes: readonly string[], extra: HTMLElement | undefined): void {
    this.filter.value = prefix;
    fill(this.sorting, ...["", ...indexes].map((index) => h("option", { attrs: { value: index } }, index === "" ? "key" : index)));
    this.sorted.hidden = indexes.length === 0;
    this.by(undefined);
    fill(this.extra, extra);
  }

  /** Sorts by an index, or by the key for an empty text. Sorting by the same again turns the order round. */
  sort(index: string): void {
    const next = index === "" ? undefined : index;
    this.descending = this.index === next && !this.descending;
    this.by(next);
  }

  /** Shows the text that explains the filter. */
  hint(text: string): void {
    this.filter.placeholder = text;
  }

  /** Shows the place of the rows, or nothing. */
  place(shown: Shown | undefined): void {
    const { first = true, last = true } = shown ?? {};
    this.pages.first.disabled = this.pages.previous.disabled = first;
    this.pages.last.disabled = this.pages.next.disabled = last;
    if (shown === undefined) return fill(this.position);
    const { entries, before, count, without } = shown;
    const range = entries.length === 0 ? "none" : `${grouped(before + 1)}–${grouped(before + entries.length)}`;
    const left = without === 0 ? "" : ` · ${grouped(without)} without ${this.index ?? "a value"}`;
    fill(this.position, h("b", {}, range), ` of ${grouped(count)}${left}`);
  }

  /** Returns `true` if there are entries in that direction. */
  leads(to: Turn): boolean {
    return !this.pages[to].disabled;
  }

  focus(): void {
    this.filter.focus();
    this.filter.select();
  }

  private by(index: string | undefined): void {
    this.index = index;
    this.sorting.value = index ?? "";
    // The filter is of keys.
    this.filtering.hidden = index !== undefined;
    this.nameOrder();
  }

  private turnRound(): void {
    this.descending = !this.descending;
    this.nameOrder();
  }

  private nameOrder(): void {
    const by = this.index ?? "key";
    const name = this.descending ? `From the last ${by} down` : `From the first ${by} up`;
    this.order.title = name;
    this.order.setAttribute("aria-label", name);
    fill(this.order, icon(this.descending ? "falling" : "rising"));
  }
}
