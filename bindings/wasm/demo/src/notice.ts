// A notice over the rows: an event, and an action on it. There is one at a time.

import { button, fill, h } from "./dom";
import { problem } from "./problem";

/** The time that a notice without an action stays. */
const STAYS = 8_000;

export class Notice {
  readonly element = h("div", { class: "notice", attrs: { "aria-live": "polite" } });
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Shows a notice, with an action. */
  say(text: string, action?: { name: string; act: () => void }): void {
    const undo = action && button(action.name, () => (this.hide(), action.act()), { text: action.name, class: "small" });
    this.show(h("span", {}, text), undo);
    this.timer = setTimeout(() => this.hide(), STAYS);
  }

  /** Shows an error. It stays until it is closed or replaced. */
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
