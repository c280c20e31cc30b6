// The screen of an empty database.

import { button, fill, h, icon } from "./dom";
import type { Progress } from "./loader";

/** The logo of the page. */
export function mark(): HTMLElement {
  return h("span", { class: "mark" }, icon("mark"));
}

/** Offers to fill an empty database. */
export function welcome(load: () => void, upload: () => void): HTMLElement {
  return h(
    "div",
    { class: "empty welcome" },
    mark(),
    h("h1", {}, "Nothing is stored yet"),
    h("p", {}, "This is a database in the browser's private files, in the format that native programs use. It outlives the page, and no server has a copy."),
    h(
      "div",
      { class: "actions" },
      button("Load the cities of the world", load, { text: "Load 34,006 cities", class: "primary" }),
      button("Upload a file", upload, { icon: "up", text: "Upload a file" }),
    ),
  );
}

/** Shows the progress of a long operation. */
export function loading(): { element: HTMLElement; progress: Progress } {
  const bar = h("progress", { attrs: { max: 1, value: 0, "aria-label": "Loading" } });
  const what = h("output", {}, "…");
  return {
    element: h("div", { class: "empty welcome" }, mark(), h("h1", {}, "Loading"), bar, what),
    progress(part, doing) {
      bar.value = part;
      fill(what, doing);
    },
  };
}
