// The rows, on a store of `n` users, and the check of the store's data.
import { id, random, user, users } from "./people.mjs";

/** The number of users in one put. */
export const BATCH = 1000;

let seen = 0;
const visit = ({ username }) => (seen += username.length);

const chosen = (n, count, round) => {
  const below = random(round + 1);
  return Array.from({ length: count }, () => id(below(n)));
};

/** The number of users in a round of single puts. */
const PUTS = 200;

/** The reads: the number of operations of a round, its untimed part, and the work. */
function reads(n) {
  const gets = n / 5;
  const ranges = n / 200;
  return [
    { row: "get", target: 0.5, operations: gets, prepare: (round) => chosen(n, gets, round), work: (store, keys) => store.get(keys, visit) },
    { row: "iterate, an entity", target: 0.4, operations: n, prepare: () => undefined, work: (store) => store.iterate(visit) },
    { row: "range of 100", target: 0.5, operations: ranges, prepare: (round) => chosen(n, ranges, round), work: (store, keys) => store.range(keys, 100, visit) },
  ];
}

const batches = (n, target) => ({ row: "put, batches of 1,000", target, operations: BATCH, prepare: (round) => users(n + round * BATCH, BATCH), work: (store, batch) => store.put(batch) });

/** The rows of stores in memory. The last row changes the store. */
export const rows = (n) => [...reads(n), batches(n, 0.5)];

/** The rows of stores in files. The last rows change the store. */
export const fileRows = (n) => [
  ...reads(n),
  { row: "durable put", target: 2, operations: PUTS, prepare: (round) => users(2 * n + round * PUTS, PUTS), work: (store, some) => store.putEach(some) },
  { ...batches(n, 1), row: "durable put, batches of 1,000" },
];

/** Throws unless the store returns the data in order. */
export async function check(store, n) {
  const [first] = chosen(n, 3, 0).sort();
  const found = [];
  await store.get([id(5)], ({ username, createdAt }) => found.push(username, Number(createdAt)));
  const ids = [];
  await store.range([first], 100, ({ userId }) => ids.push(userId));
  const ordered = ids.every((key, i) => (i === 0 ? key === first : key > ids[i - 1]));
  let count = 0;
  await store.iterate(() => count++);
  const { username, createdAt } = user(5);
  if (found[0] !== username || found[1] !== createdAt || !ordered || ids.length !== 100 || count !== n) {
    throw new Error("it does not give back what was put");
  }
}
