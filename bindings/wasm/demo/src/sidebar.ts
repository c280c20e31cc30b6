// The list of the tables, with the numbers of their entries.

import { fill, focusedBeside, grouped, h, icon } from "./dom";
import type { Group, Table } from "./tables";

const GROUPS: readonly Group[] = ["Tables", "System", "Collections", "Partitions"];

export class Sidebar {
  private readonly open: ((path: string) => void) | undefined;
  private readonly lists = h("div", { class: "lists" });
  readonly element = h("nav", { class: "sidebar", id: "tables", attrs: { "aria-label": "Tables" } }, this.lists, keys());
  private counts = new Map<string, number>();

  /** `open` takes the path of a table instead of the page's address. */
  constructor(open?: (path: string) => void) {
    this.open = open;
  }

  /** Shows the tables. A count that has changed is marked. */
  show(tables: readonly Table[], current: Table | undefined): void {
    const active = focusedBeside(this.lists);
    const focused = active instanceof HTMLElement ? active.dataset["path"] : undefined;
    const before = this.counts;
    this.counts = new Map(tables.map(({ path, entries }) => [path, entries]));
    const groups = GROUPS.map((group) => {
      const members = tables.filter((table) => table.group === group);
      if (members.length === 0) return null;
      const items = members.map((table) => this.item(table, table.path === current?.path, before.get(table.path)));
      return h("section", {}, h("h2", {}, group), h("ul", {}, ...items));
    });
    fill(this.lists, ...groups);
    if (focused !== undefined) this.lists.querySelector<HTMLElement>(`[data-path="${CSS.escape(focused)}"]`)?.focus();
  }

  private item(table: Table, current: boolean, before: number | undefined): HTMLElement {
    const changed = before !== undefined && before !== table.entries;
    const { open } = this;
    const click = (event: MouseEvent): void => {
      if (open === undefined) return;
      event.preventDefault();
      open(table.path);
    };
    return h(
      "li",
      {},
      h(
        "a",
        {
          data: { path: table.path },
          title: table.notes.join(", "),
          on: { click },
          attrs: { href: `#/${table.path}`, "aria-current": current ? "page" : undefined },
        },
        icon(table.icon),
        h("span", {}, table.name),
        h("data", { class: changed ? "changed" : "", attrs: { value: table.entries } }, grouped(table.entries)),
      ),
    );
  }
}

/** The keys and their actions. */
function keys(): HTMLElement {
  const pairs = [
    ["/", "filter"],
    ["↑ ↓ ← →", "go from cell to cell"],
    ["Enter", "edit the cell"],
    ["Del", "delete the row"],
    ["PgUp PgDn", "turn the page"],
  ] as const;
  return h("dl", { class: "keys" }, ...pairs.flatMap(([key, does]) => [h("dt", {}, ...key.split(" ").map((key) => h("kbd", {}, key))), h("dd", {}, does)]));
}
