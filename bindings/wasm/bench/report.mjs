// The report: a table for people, and a line of JSON for each store of each row.
import { appendFileSync, writeFileSync } from "node:fs";

export class Report {
  #file;
  #lines = [];

  /** A report. `file` is emptied, and gets the lines of JSON. */
  constructor(file) {
    this.#file = file;
    if (file !== undefined) writeFileSync(file, "");
  }

  /**
   * Reports a row: the number of entities in the stores, and for each store its name, its target if it has one, and the
   * nanoseconds of an operation in each round. The first store is the baseline.
   */
  row(row, n, stores) {
    if (this.#lines.length === 0) console.log(`${"row".padEnd(36)}${"n".padStart(8)}  ${"subject".padEnd(32)}${"median".padStart(12)}${"ratio".padStart(8)}${"target".padStart(8)}`);
    const [baseline] = stores;
    for (const { name, target = null, times } of stores) {
      const line = {
        row,
        n,
        subject: name,
        baseline: baseline.name,
        median_ns: median(times),
        ratio: median(times.map((time, i) => time / baseline.times[i])),
        target,
      };
      this.#lines.push(line);
      if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
      const head = name === baseline.name ? row.padEnd(36) + String(n).padStart(8) : " ".repeat(44);
      const verdict = target === null ? "" : `${target.toFixed(2).padStart(8)} ${line.ratio <= target ? "met" : "MISSED"}`;
      console.log(`${head}  ${name.padEnd(32)}${duration(line.median_ns).padStart(12)}${line.ratio.toFixed(2).padStart(8)}${verdict}`);
    }
  }

  /** Reports the missed targets. */
  end() {
    const judged = this.#lines.filter(({ target }) => target !== null);
    const missed = judged.filter(({ ratio, target }) => ratio > target);
    console.log(`\n${judged.length - missed.length} of ${judged.length} targets met`);
    for (const { row, subject, ratio, target } of missed) console.log(`missed: ${row}, ${subject}: ${ratio.toFixed(2)}, target ${target}`);
  }
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function duration(ns) {
  return ns < 10_000 ? `${ns.toFixed(0)} ns` : `${(ns / 1000).toFixed(1)} µs`;
}
