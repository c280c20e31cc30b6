// The work of a tab in the torture: numbered transactions until the tab ends, and their check.

const ROWS = { key: ["u32", "u32", "u32"], index: { number: "f64" } };
const TABS = { key: "u32" };
/** The transactions after which the rows of one are deleted. */
const KEPT = 8;
/** The codes of errors after which the outcome of a transaction is not known, or it has failed as it should. */
const EXPECTED = ["LeaderLost", "CommitUnknown", "Poisoned", "StorageFull", "TimedOut", "DatabaseMissing", "DatabaseLocked", "WorkerFailed", "Closed"];

/** The number of the rows of a transaction. */
const rowsOf = (tab, number) => 2 + ((tab * 7919 + number * 104_729) % 23);
/** The bytes of a row. Those of some transactions are long, so that the file grows. */
const bytesOf = (tab, number, row) => new Uint8Array(((tab + number * 31 + row * 17) % 40) * (number % 11 === 0 ? 5000 : 100)).fill(number & 255);

const channel = new BroadcastChannel("torture");

/** Opens the database. */
export async function open(name, options) {
  globalThis.db = await keyloft.Database.open(name, options);
}

/** Commits transactions until the tab ends, and reports each. Opens the database again if it can't be used any more. */
export async function work(name, tab, broken) {
  globalThis.stopped = false;
  for (;;) {
    try {
      if (globalThis.db === undefined) await open(name, { mode: "open" });
      let number = (await last(tab)) ?? 0;
      while (!globalThis.stopped) {
        const commit = transaction(tab, ++number, broken);
        if (broken === "early-acknowledgement") channel.postMessage({ tab, number });
        await commit;
        channel.postMessage({ tab, number });
      }
      return;
    } catch (error) {
      if (!EXPECTED.includes(error.code)) channel.postMessage({ failed: `tab ${tab}: ${error.code ?? error.stack}: ${error.message}, ${error.cause}` });
      channel.postMessage({ code: error.code });
      if (globalThis.stopped || error.code === "DatabaseMissing") return;
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (globalThis.db?.closed || error.code === "LeaderLost") {
        await globalThis.db?.close().catch(() => undefined);
        globalThis.db = undefined;
      }
    }
  }
}

const last = async (tab) => (await db.collection("tabs", TABS).get(tab))?.last;

async function transaction(tab, number, broken) {
  const write = async (tx) => {
    const rows = tx.collection("rows", ROWS);
    const all = Array.from({ length: rowsOf(tab, number) }, (_, row) => [[tab, number, row], { number, bytes: bytesOf(tab, number, row) }]);
    const half = all.length >> 1;
    await rows.putMany(all.slice(0, half));
    await tx.collection("tabs", TABS).put(tab, { last: number });
    if (number > KEPT) await rows.deleteRange({ prefix: [tab, number - KEPT] });
    await rows.putMany(all.slice(half));
  };
  if (broken === "split-transaction") await write(db);
  else await db.transaction(write);
}

/** Returns the number of the last transaction of each tab, after a check that all transactions are there whole. */
export async function check() {
  for (;;) {
    try {
      return await found(await db.snapshot());
    } catch (error) {
      // A snapshot ends with its leader.
      if (error.code !== "LeaderLost") throw error;
    }
  }
}

async function found(state) {
  const found = {};
  const rows = state.collection("rows", ROWS);
  let all = 0;
  for await (const [tab, { last }] of state.collection("tabs", TABS).scan()) {
    found[tab] = last;
    for (let number = Math.max(1, last - KEPT + 1); number <= last; number++) {
      const stored = await rows.scan({ prefix: [tab, number] }).toArray();
      if (stored.length !== rowsOf(tab, number)) throw new Error(`tab ${tab}, transaction ${number} of ${last}: ${stored.length} rows of ${rowsOf(tab, number)}`);
      stored.forEach(([, row], at) => {
        const bytes = bytesOf(tab, number, at);
        const same = row.number === number && row.bytes.length === bytes.length && row.bytes.every((byte, i) => byte === bytes[i]);
        if (!same) throw new Error(`tab ${tab}, transaction ${number}: row ${at} differs`);
      });
      all += stored.length;
    }
  }
  const counts = [await rows.count(), (await rows.by("number").scan().toArray()).length];
  if (counts.some((count) => count !== all)) throw new Error(`${all} rows are of whole transactions, ${counts[0]} are stored, and ${counts[1]} are in the index`);
  return found;
}

/** Keeps what the tabs report, in a tab that nobody disturbs. */
export function witness() {
  globalThis.acknowledged = {};
  globalThis.codes = {};
  globalThis.failures = [];
  channel.onmessage = ({ data: { tab, number, code, failed } }) => {
    if (failed !== undefined) failures.push(failed);
    else if (code !== undefined) codes[code] = (codes[code] ?? 0) + 1;
    else acknowledged[tab] = Math.max(acknowledged[tab] ?? 0, number);
  };
}
