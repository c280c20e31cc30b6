// One store in a process of its own, which `run.mjs` starts and gives its turns.
import { KINDS } from "./kinds.mjs";
import { users } from "./people.mjs";
import { BATCH, check } from "./rows.mjs";

const [kind, name, entities] = process.argv.slice(2);
const n = Number(entities);
const { stores, rows } = await KINDS[kind]();
const all = rows(n);
const store = await stores[name]();
for (let start = 0; start < n; start += BATCH) await store.put(users(start, BATCH));
await check(store, n);

process.on("message", async ({ row, round }) => {
  const { operations, prepare, work } = all[row];
  // The other stores have used the processor's caches, so an untimed round comes first.
  await work(store, prepare(Math.max(round - 1, 0)));
  const prepared = prepare(round);
  const start = process.hrtime.bigint();
  await work(store, prepared);
  process.send(Number(process.hrtime.bigint() - start) / operations);
});
process.on("disconnect", () => store.close());
process.send("ready");
