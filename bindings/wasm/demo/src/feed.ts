// The live feed: the changes of the shown rows, whoever makes them.

import { button, fill, h } from "./dom";
import { TIMES } from "./forms";
import type { Change } from "./rows";
import { differing, show } from "./value";

/** The number of changes on the screen. */
const KEPT = 60;

export class Feed {
  private readonly list = h("ol", { attrs: { "aria-live": "off", "aria-label": "Changes, the latest first" } });
  private readonly what = h("span", {});
  private readonly light = h("span", { class: "light", attrs: { role: "img", "aria-label": "not watching" } });
  readonly element = h(
    "aside",
    { class: "feed", attrs: { "aria-label": "Live feed" } },
    h("header", {}, this.light, h("h2", {}, "Live"), this.what, button("Clear the feed", () => this.clear(), { icon: "close", class: "bare" })),
    this.list,
  );

  constructor() {
    this.clear();
  }

  /** Shows what is watched, or nothing. */
  watching(what: string | undefined): void {
    this.light.classList.toggle("on", what !== undefined);
    this.light.setAttribute("aria-label", what === undefined ? "not watching" : "watching");
    fill(this.what, what ?? "not watching");
  }

  /** Shows a change to the rows of the page. In the order of an index, `sorted`, a row may leave them without being deleted. */
  tell(change: Change, sorted: boolean): void {
    if (change.type === "current") return;
    this.list.querySelector(".nothing")?.remove();
    this.list.prepend(h("li", { class: change.type }, h("time", {}, new Date().toLocaleTimeString("en-GB")), ...told(change, sorted)));
    while (this.list.childElementCount > KEPT) this.list.lastElementChild?.remove();
  }

  private clear(): void {
    fill(this.list, h("li", { class: "nothing" }, "Changes of the rows on this page show here as they are committed. Open this page in a second tab and edit there."));
  }
}

function told(change: Exclude<Change, { type: "current" }>, sorted: boolean): HTMLElement[] {
  switch (change.type) {
    case "lagged":
      if (change.missed === 0n) return [h("b", {}, "the leader changed"), h("span", {}, "the rows are read anew")];
      return [h("b", {}, "fell behind"), h("span", {}, `by ${change.missed} changes: the rows are read anew`)];
    case "inserted":
      return [h("b", {}, sorted ? "entered" : "inserted"), h("code", {}, change.new.id)];
    case "deleted":
      return [h("b", {}, sorted ? "left" : "deleted"), h("code", {}, change.old.id)];
    case "updated":
      return [h("b", {}, "updated"), h("code", {}, change.new.id), ...differences(change.old.columns, change.new.columns)];
  }
}

function differences(old: Parameters<typeof differing>[0], now: Parameters<typeof differing>[1]): HTMLElement[] {
  return differing(old, now)
    .filter((column) => !TIMES.has(column))
    .map((column) => h("div", {}, h("i", {}, column), " ", h("del", {}, show(old[column])), " → ", h("ins", {}, show(now[column]))));
}
