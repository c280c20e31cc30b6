// JavaScript's stores side by side: `node run.mjs [memory|files] [--quick] [--json FILE]`, beside an installed `keyloft`. Each
// store has a process, so that none collects another's garbage. They take turns in each round, and the median counts.
import { fork } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";

import { KINDS } from "./kinds.mjs";
import { Report } from "./report.mjs";

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: "boolean", default: false }, json: { type: "string" } } });
const N = options.quick ? 10_000 : 100_000;
const [kind = "memory"] = positionals;
const { stores: all, rows, title, isJudged } = await KINDS[kind]();
const ROUNDS = options.quick ? 7 : 9;

/** Returns the next message of a store. It is an error if its process ends. */
async function said(child) {
  const waiting = new AbortController();
  const { signal } = waiting;
  const ended = once(child, "exit", { signal }).then(([code]) => {
    throw new Error(`its process ended, with ${code}`);
  });
  try {
    const [message] = await Promise.race([once(child, "message", { signal }), ended]);
    return message;
  } finally {
    ended.catch(() => undefined);
    waiting.abort();
  }
}

const stores = [];
for (const name of Object.keys(all)) {
  const child = fork("turns.mjs", [kind, name, String(N)]);
  try {
    await said(child);
    stores.push({ name, child });
  } catch (error) {
    if (name.startsWith("keyloft") || stores.length === 0) throw error;
    console.log(`${name} is left out: ${error.message}`);
  }
}

const report = new Report(options.json);
for (const [row, { row: label, target }] of rows(N).entries()) {
  const times = stores.map(() => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (let turn = 0; turn < stores.length; turn++) {
      const place = (round + turn) % stores.length;
      const { child } = stores[place];
      child.send({ row, round });
      const time = await said(child);
      // The first round warms up.
      if (round > 0) times[place].push(time);
    }
  }
  const measured = stores.map(({ name }, i) => ({ name, target: isJudged(name) ? target : null, times: times[i] }));
  report.row(`${title}: ${label}`, N, measured);
}
for (const { child } of stores) child.disconnect();
report.end();
