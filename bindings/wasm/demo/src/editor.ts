// A cell that is being edited.

import { fill, h } from "./dom";
import { CHOICES, TIMES } from "./forms";
import { problem } from "./problem";
import type { Entry } from "./rows";
import { ASKED, editable, typeOf } from "./value";

/** The events of an editor, for the grid. */
export interface Editing {
  /** Writes the text. Throws if it is not valid. */
  save(text: string): Promise<void>;
  /** Called at the end: the cell may show its value again. */
  end(): void;
}

let lists = 0;

/** Opens an editor in the cell, and returns the function that closes it. Enter and leaving save, Escape doesn't. */
export function edit(cell: HTMLElement, entry: Entry, column: string, editing: Editing): () => void {
  const value = entry.columns[column] ?? null;
  const before = editable(value);
  const choices = CHOICES[column];
  const list = choices && h("datalist", { id: `choices-${++lists}` }, ...choices.map((name) => h("option", { attrs: { value: name } })));
  const input = h("input", {
    class: "editor",
    attrs: { value: before, list: list?.id, "aria-label": `${column} of ${entry.id}`, spellcheck: "false", autocomplete: "off" },
  });
  const keys = h("span", {}, h("kbd", {}, "Enter"), " saves", h("kbd", {}, "Esc"), " leaves it as it was");
  const hint = h("div", { class: "hint" }, asked(entry, column), keys);
  let state: "open" | "saving" | "over" = "open";

  const end = (): void => {
    if (state === "over") return;
    state = "over";
    hint.remove();
    removeEventListener("scroll", place, true);
    removeEventListener("resize", place);
    editing.end();
  };
  const save = async (): Promise<void> => {
    if (state !== "open") return;
    if (input.value === before) return end();
    state = "saving";
    cell.classList.add("saving");
    try {
      await editing.save(input.value);
      end();
    } catch (error) {
      state = "open";
      fill(hint, problem(error), keys);
      hint.classList.add("wrong");
      input.setAttribute("aria-invalid", "true");
      place();
    } finally {
      cell.classList.remove("saving");
    }
  };
  const place = (): void => {
    const { left, bottom, top } = cell.getBoundingClientRect();
    const below = bottom + hint.offsetHeight + 8 < innerHeight;
    hint.style.left = `${Math.max(8, Math.min(left, innerWidth - hint.offsetWidth - 8))}px`;
    hint.style.top = `${below ? bottom + 4 : top - hint.offsetHeight - 4}px`;
  };

  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") void save();
    if (event.key === "Escape") end();
  });
  input.addEventListener("blur", () => void save());
  // The editor lies over the value, which keeps the width of the column.
  cell.append(input, ...(list === undefined ? [] : [list]));
  const root = cell.getRootNode();
  (root instanceof ShadowRoot ? root : document.body).append(hint);
  addEventListener("scroll", place, true);
  addEventListener("resize", place);
  place();
  input.focus();
  input.select();
  return end;
}

function asked(entry: Entry, column: string): string {
  const value = entry.columns[column] ?? null;
  if (TIMES.has(column) && (value === null || typeof value === "bigint")) return "milliseconds since 1970";
  return CHOICES[column]?.join(", ") ?? ASKED[typeOf(value)];
}
