// The status line: the last operations, and their times.

import { fill, grouped, h, size } from "./dom";

/** The number of operations on the screen. */
const SHOWN = 4;

export class Status {
  private readonly operations = h("ol", { class: "operations", attrs: { "aria-label": "Latest operations, with their times" } });
  private readonly totals = h("p", { class: "totals" });
  readonly element: HTMLElement;

  /** `credit` says where the data is from. */
  constructor(credit?: HTMLElement) {
    this.element = h("footer", { class: "status" }, this.operations, this.totals, credit);
  }

  /** Runs the work, and shows its time. */
  async time<T>(what: string, work: () => T | Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      const result = await work();
      this.add(what, performance.now() - began, false);
      return result;
    } catch (error) {
      this.add(what, performance.now() - began, true);
      throw error;
    }
  }

  showTotals(entries: number, bytes: number): void {
    fill(this.totals, `${grouped(entries)} entries · ${size(bytes)}`);
  }

  private add(what: string, ms: number, failed: boolean): void {
    const time = ms < 10 ? ms.toFixed(1) : grouped(Math.round(ms));
    this.operations.prepend(h("li", { class: failed ? "failed" : "" }, h("span", {}, what), h("b", {}, `${time} ms`)));
    while (this.operations.childElementCount > SHOWN) this.operations.lastElementChild?.remove();
  }
}
