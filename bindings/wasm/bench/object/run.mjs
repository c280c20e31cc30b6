// A database in a Durable Object beside hand-written SQL in the same object: `node object/run.mjs [--quick] [--json FILE]`.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { ObjectRuntime } from "../../tests/durable-object/runtime.mjs";
import { Report } from "../report.mjs";

const { values: options } = parseArgs({ options: { quick: { type: "boolean", default: false }, json: { type: "string" } } });
const N = options.quick ? 5_000 : 20_000;
const ROUNDS = options.quick ? 7 : 15;
/** The sides of each content. The first one is the baseline. */
const CONTENTS = { bytes: ["SQL by hand", "keyloft"], users: ["SQL by hand", "SQL by hand, columns", "keyloft"] };
const ROWS = [
  { row: "many", label: "put, all in one transaction", target: 0.6 },
  { row: "get", label: "get", target: 1.3 },
  { row: "scan", label: "scan, an entry", target: 1.3 },
  { row: "transaction", label: "put, a transaction each", target: 1.3 },
];

const runtime = await ObjectRuntime.started(join(dirname(fileURLToPath(import.meta.url)), "objects.js"), { BENCH: "Bench" });

/** Returns the nanoseconds of a row, without those of the request and of its entries. */
async function measured(content, side, row) {
  const ask = async (row) => {
    const start = process.hrtime.bigint();
    const response = await runtime.fetch(`http://bench/?${new URLSearchParams({ content, side, row, n: N })}`);
    if (!response.ok) throw new Error(await response.text());
    return Number(process.hrtime.bigint() - start);
  };
  const around = await ask("nothing");
  return ((await ask(row)) - around) / N;
}

try {
  const report = new Report(options.json);
  for (const [content, sides] of Object.entries(CONTENTS)) {
    for (const { row, label, target } of ROWS) {
      const times = sides.map(() => []);
      for (let round = 0; round <= ROUNDS; round++) {
        for (let turn = 0; turn < sides.length; turn++) {
          const place = (round + turn) % sides.length;
          const time = await measured(content, sides[place], row);
          // The first round warms up.
          if (round > 0) times[place].push(time);
        }
      }
      report.row(`in a Durable Object, ${content}: ${label}`, N, sides.map((name, i) => ({ name, target: name === "keyloft" ? target : null, times: times[i] })));
    }
  }
  report.end();
} finally {
  await runtime.end();
}
