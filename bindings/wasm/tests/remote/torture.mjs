// One round of disturbances of tabs that share a database: `node remote/torture.mjs chromium|firefox SEED [BREAK]`, beside an
// installed `keyloft`. `cargo xtask torture browser` runs it. It prints what was done, each as a number and a name.
import { browserName, end, server, tab } from "./tab.mjs";

const [, , , seed, broken] = process.argv;
if (!/^\d+$/.test(seed)) throw new Error("the seed is not a number");

/** The disturbances of a round, and the tabs that work at a time. */
const DISTURBANCES = 14;
const TABS = 3;

/** Returns a function that gives the numbers below its argument, in an order that the seed determines. */
function random(seed) {
  let state = BigInt(seed);
  return (below) => {
    state = (state + 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn;
    let mixed = state;
    mixed = ((mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n) & 0xffffffffffffffffn;
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & 0xffffffffffffffffn;
    return Number((mixed ^ (mixed >> 31n)) % BigInt(below));
  };
}

const below = random(seed);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const done = {};
const count = (name, by = 1) => (done[name] = (done[name] ?? 0) + by);
let name = `torture ${seed}`;
let lastTab = 0;
let working = [];
const begin = async (page) => page.evaluate(async () => void (globalThis.torture = await import("/work.js")));

const witness = await tab();
await begin(witness);
await witness.evaluate(() => torture.witness());

async function addTab() {
  const number = ++lastTab;
  const page = await tab();
  await begin(page);
  await page.evaluate((name) => torture.open(name), name);
  await page.evaluate((name, number, broken) => void torture.work(name, number, broken), name, number, broken);
  working.push(page);
}

const take = () => working.splice(below(working.length), 1)[0];

/** Compares what is stored with what was acknowledged. */
async function check(options = {}) {
  const page = await tab();
  await begin(page);
  const acknowledged = await witness.evaluate(() => acknowledged);
  await page.evaluate((name, options) => torture.open(name, options), name, { mode: "open", ...options });
  const found = await page.evaluate(() => torture.check());
  for (const [number, last] of Object.entries(acknowledged)) {
    if (!(found[number] >= last)) throw new Error(`tab ${number}: transaction ${last} was acknowledged, and ${found[number] ?? "none"} is stored`);
  }
  await page.close();
  const failures = await witness.evaluate(() => failures);
  if (failures.length > 0) throw new Error(failures.join("\n"));
}

/** Ends all tabs, and checks the file with all its checksums. */
async function endAll() {
  for (const page of working.splice(0)) await (below(2) === 0 ? page.crash() : page.close());
  await check({ check: true });
}

const DISTURB = {
  async "workers killed"() {
    const page = working[below(working.length)];
    await page.evaluate(() => workers.at(-1)?.terminate());
  },
  async "tabs crashed"() {
    await take().crash();
  },
  async "tabs closed"() {
    await take().close();
  },
  async "databases closed in the middle"() {
    const page = take();
    await page.evaluate(() => {
      globalThis.stopped = true;
      return db?.close().catch(() => undefined);
    });
    await page.close();
  },
  async "checks beside the work"() {
    await check();
  },
  async "quotas reached"() {
    const [page] = working;
    const usage = await page.evaluate(async () => (await navigator.storage.estimate()).usage);
    const limit = (quotaSize) => page.send("Storage.overrideQuotaForOrigin", { origin: server.url, ...quotaSize });
    await limit({ quotaSize: usage + below(300_000) });
    await sleep(300 + below(700));
    await limit({});
  },
  async "clearings of the site's data"() {
    await witness.evaluate(() => fetch("/cleared"));
    // A transaction that began before may still be acknowledged.
    await sleep(500);
    const before = await witness.evaluate(() => ({ ...acknowledged }));
    await sleep(500);
    const after = await witness.evaluate(() => ({ ...acknowledged }));
    if (JSON.stringify(before) !== JSON.stringify(after)) throw new Error(`acknowledged without a file: ${JSON.stringify([before, after])}`);
    for (const page of working.splice(0)) await page.crash();
    name += "'";
    // Firefox closes the files, so the errors are any.
    await witness.evaluate(() => void ((globalThis.acknowledged = {}), (globalThis.failures = [])));
  },
};

async function round() {
  const disturbances = Object.keys(DISTURB).filter((name) => browserName === "chromium" || name !== "quotas reached");
  for (let i = 0; i < DISTURBANCES; i++) {
    while (working.length < TABS) await addTab();
    await sleep(below(400));
    // The clearing ends all that was there, so it is rare.
    const what = disturbances[below(disturbances.length)];
    if (what.startsWith("clearings") && below(3) > 0) continue;
    count(what);
    await DISTURB[what]();
  }
  while (working.length < TABS) await addTab();
  await sleep(200);
  await endAll();
  const acknowledged = await witness.evaluate(() => acknowledged);
  count("transactions acknowledged", Object.values(acknowledged).reduce((sum, last) => sum + last, 0));
  for (const [code, times] of Object.entries(await witness.evaluate(() => codes))) count(`errors ${code}`, times);
}

try {
  await round();
  for (const [name, times] of Object.entries(done)) console.log(`${times} ${name}`);
} catch (error) {
  console.error(`in ${browserName}: ${error.stack ?? error}`);
  process.exitCode = 1;
}
await end();
