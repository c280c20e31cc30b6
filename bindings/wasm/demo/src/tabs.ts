// The role of this tab: it has the file open, or another tab serves it.

import type { AsyncDatabase } from "keyloft";

import { fill, h } from "./dom";

/** The interval of the checks, in milliseconds: the role changes when the leader ends. */
const LOOKING = 500;

/** Returns a mark that shows the role as long as the page exists. */
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
