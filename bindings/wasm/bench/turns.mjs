// One store in a process of its own, which `run.mjs` starts and gives its turns.
import { users } from "./people.mjs";
import { BATCH, check, rows } from "./rows.mjs";
import { STORES } from "./stores.mjs";

const [name, entities] = process.argv.slice(2);
const n = Number(entities);
const all = rows(n);
const store = await STORES[name]();
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
