// One notice at a time, over the rows: what has happened, and what can be done about it.

import { button, fill, h } from "./dom";
import { problem } from "./problem";

/** How long a notice stays that nothing depends on. */
const STAYS = 8_000;

export class Notice {
  readonly element = h("div", { class: "notice", attrs: { "aria-live": "polite" } });
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Says something, with an action that can be taken while it is shown. */
  say(text: string, action?: { name: string; act: () => void }): void {
    const undo = action && button(action.name, () => (this.hide(), action.act()), { text: action.name, class: "small" });
    this.show(h("span", {}, text), undo);
    this.timer = setTimeout(() => this.hide(), STAYS);
  }

  /** Says what went wrong; it stays until it is closed, or something else is said. */
  fail(error: unknown): void {
    this.show(problem(error));
  }

  hide(): void {
    clearTimeout(this.timer);
    this.element.classList.remove("shown");
  }

  private show(...content: (HTMLElement | undefined)[]): void {
    clearTimeout(this.timer);
    fill(this.element, ...content, button("Close", () => this.hide(), { icon: "close", class: "bare" }));
    this.element.classList.add("shown");
  }
}
