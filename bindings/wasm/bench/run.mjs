// JavaScript's stores beside each other, in one process: `node --expose-gc run.mjs [--quick] [--json FILE]`, beside an installed
// `keyloft`. Every store takes its turn in each round; what counts is the median.
import { parseArgs } from "node:util";

import { id, random, user, users } from "./people.mjs";
import { Report } from "./report.mjs";
import { stores } from "./stores.mjs";

const { values: options } = parseArgs({ options: { quick: { type: "boolean", default: false }, json: { type: "string" } } });
const N = options.quick ? 10_000 : 100_000;
const ROUNDS = options.quick ? 7 : 9;
const BATCH = 1000;
const GETS = options.quick ? 5000 : 20_000;
const RANGES = options.quick ? 100 : 500;

let seen = 0;
const visit = ({ username }) => (seen += username.length);
const chosen = (count, round) => {
  const below = random(round + 1);
  return Array.from({ length: count }, () => id(below(N)));
};

/** What is measured: of how many operations a round is, what is not timed of it, and the work. The last one changes the stores. */
const ROWS = [
  { row: "get", target: 0.5, operations: GETS, prepare: (round) => chosen(GETS, round), work: (store, keys) => store.get(keys, visit) },
  { row: "iterate, an entity", target: 0.4, operations: N, prepare: () => undefined, work: (store) => store.iterate(visit) },
  { row: "range of 100", target: 0.5, operations: RANGES, prepare: (round) => chosen(RANGES, round), work: (store, keys) => store.range(keys, 100, visit) },
  { row: "put, batches of 1,000", target: 0.5, operations: BATCH, prepare: (round) => users(N + round * BATCH, BATCH), work: (store, batch) => store.put(batch) },
];

const all = await stores();
for (const store of all) {
  for (let start = 0; start < N; start += BATCH) await store.put(users(start, BATCH));
  await check(store);
}

const report = new Report(options.json);
for (const row of ROWS) {
  const times = all.map(() => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (let turn = 0; turn < all.length; turn++) {
      const place = (round + turn) % all.length;
      // Who had the turn before leaves it neither garbage nor cold code: before the clock starts, it does the round before.
      globalThis.gc();
      await row.work(all[place], row.prepare(Math.max(round - 1, 0)));
      const prepared = row.prepare(round);
      const start = process.hrtime.bigint();
      await row.work(all[place], prepared);
      // The first round warms up.
      if (round > 0) times[place].push(Number(process.hrtime.bigint() - start) / row.operations);
    }
  }
  const target = ({ name }) => (name.startsWith("keyloft") ? row.target : null);
  report.row(`JavaScript: ${row.row}`, N, all.map((store, i) => ({ name: store.name, target: target(store), times: times[i] })));
}
for (const store of all) await store.close();
report.end();

/** Fails unless the store gives back what was put, in order. */
async function check(store) {
  const [first, ...rest] = chosen(3, 0).sort();
  const found = [];
  await store.get([id(5)], ({ username, createdAt }) => found.push(username, Number(createdAt)));
  const ids = [];
  await store.range([first], 100, ({ userId }) => ids.push(userId));
  const ordered = ids.every((key, i) => (i === 0 ? key === first : key > ids[i - 1]));
  let count = 0;
  await store.iterate(() => count++);
  const { username, createdAt } = user(5);
  if (found[0] !== username || found[1] !== createdAt || !ordered || ids.length !== 100 || count !== N || rest.length !== 2) {
    throw new Error(`${store.name} does not give back what was put`);
  }
}
