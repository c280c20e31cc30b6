// A modal question.

import { button, h } from "./dom";

/** Asks a question, over the page or the component that `beside` is in. Returns `true` for yes; Escape is no. */
export function ask(title: string, body: readonly Node[], yes: string, danger = false, beside?: Element): Promise<boolean> {
  return new Promise((resolve) => {
    const close = (answer: string): void => dialog.close(answer);
    const dialog = h(
      "dialog",
      { attrs: { "aria-labelledby": "question" }, on: { close: () => (dialog.remove(), resolve(dialog.returnValue === "yes")) } },
      h("h2", { id: "question" }, title),
      ...body,
      h(
        "div",
        { class: "actions" },
        button("Cancel", () => close("no"), { text: "Cancel" }),
        button(yes, () => close("yes"), { text: yes, class: danger ? "danger" : "primary" }),
      ),
    );
    const root = beside?.getRootNode();
    (root instanceof ShadowRoot ? root : document.body).append(dialog);
    dialog.showModal();
  });
}

/** A list of names and their values. */
export function facts(pairs: readonly (readonly [name: string, value: string])[]): HTMLElement {
  return h("dl", { class: "facts" }, ...pairs.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}
