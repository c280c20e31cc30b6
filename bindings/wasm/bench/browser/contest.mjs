// The turns of the stores of a page or a worker.
import { id, random, user, users } from "../people.mjs";
import { GETS, N, PUTS, RANGES } from "./rows.mjs";

let seen = 0;
const visit = ({ username }) => (seen += username.length);
const chosen = (count, round) => {
  const below = random(round + 1);
  return Array.from({ length: count }, () => id(below(N)));
};

/** The untimed part of a row's round, and the timed part. */
const WORK = {
  load: { prepare: () => users(0, N), work: (store, all) => store.load(all) },
  get: { prepare: (round) => chosen(GETS, round), work: (store, keys) => store.get(keys, visit) },
  scan: { prepare: () => undefined, work: (store) => store.scan(visit) },
  range: { prepare: (round) => chosen(RANGES, round), work: (store, keys) => store.range(keys, 100, visit) },
  put: { prepare: (round) => users(N + round * PUTS, PUTS), work: (store, some) => store.put(some) },
};

export class Contest {
  #stores = new Map();

  /** Adds these stores, and returns their names. */
  async add(stores) {
    for (const store of stores) this.#stores.set(store.name, store);
    return stores.map(({ name }) => name);
  }

  has(name) {
    return this.#stores.has(name);
  }

  /** Has a store do a row's round. Returns the time in milliseconds. */
  async turn(name, row, round) {
    const store = this.#stores.get(name);
    const { prepare, work } = WORK[row];
    // The store before leaves garbage and cold code, so an untimed round comes first.
    if (row === "load") await store.empty();
    else await work(store, prepare(Math.max(round - 1, 0)));
    const prepared = prepare(round);
    globalThis.gc();
    const start = performance.now();
    await work(store, prepared);
    const took = performance.now() - start;
    if (row === "load") await check(store);
    return took;
  }

  async end() {
    for (const store of this.#stores.values()) await store.close();
    this.#stores.clear();
  }
}

/** Throws unless the store returns the loaded data in order. */
async function check(store) {
  const found = [];
  await store.get([id(5)], ({ username, createdAt, lastSeen }) => found.push(username, Number(createdAt), lastSeen ?? null));
  const ids = [];
  await store.range([id(7)], 100, ({ userId }) => ids.push(userId));
  const all = Array.from({ length: N }, (_, i) => id(i)).sort();
  const wanted = all.slice(all.indexOf(id(7))).slice(0, 100);
  let count = 0;
  await store.scan(() => count++);
  const { username, createdAt, lastSeen } = user(5);
  if (`${found}` !== `${[username, createdAt, lastSeen]}` || `${ids}` !== `${wanted}` || count !== N) {
    throw new Error(`${store.name} does not give back what was put`);
  }
}
