// Which tab has the file open: this one, or another one that serves this.

import type { AsyncDatabase } from "keyloft";

import { fill, h } from "./dom";

/** How often it is looked at, in milliseconds: it changes when the tab that leads is closed. */
const LOOKING = 500;

/** A mark that says so, for as long as the page is there. */
export function tabMark(db: AsyncDatabase): HTMLElement {
  const chip = h("span", { class: "chip", attrs: { role: "status" } });
  let role: AsyncDatabase["role"] | undefined;
  const look = (): void => {
    if (db.role === role) return;
    role = db.role;
    const leads = role === "leader";
    chip.classList.toggle("leads", leads);
    chip.title = leads ? "The file is open in this tab's worker, which serves the other tabs." : "Another tab has the file open, and serves this one. If that is closed, this one takes over.";
    fill(chip, leads ? "this tab leads" : "another tab leads");
  };
  look();
  setInterval(look, LOOKING);
  return chip;
}
