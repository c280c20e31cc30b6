// Starts workers, kills them at random moments, and checks that the next worker finds every commit.

const LIMIT = 60_000;

/** Runs a worker until it ends, or until `after` milliseconds past its message `told`. */
function life(name, { told, after, count } = {}) {
  return new Promise((done, fail) => {
    const worker = new Worker("worker.js", { type: "module" });
    const progress = new Int32Array(new SharedArrayBuffer(8));
    const seen = { progress };
    const end = (settle, value) => {
      clearTimeout(limit);
      worker.terminate();
      settle(value);
    };
    const failed = (why) => end(fail, new Error(`${name}: ${why}`));
    const limit = setTimeout(failed, LIMIT, "a worker was not done in time");
    worker.onerror = ({ message }) => failed(message);
    worker.onmessage = ({ data }) => {
      Object.assign(seen, data);
      if (data.failed) failed(data.failed);
      if (data.ended) end(done, seen);
      if (told in data) setTimeout(end, after, done, seen);
    };
    worker.postMessage({ name, count, progress });
  });
}

/** Compares what a worker found with the progress of the worker before it, which is final once that has ended. */
function compare(name, { progress: [begun, committed], found: before = 0 }, { found }) {
  const acknowledged = Math.max(before, committed);
  // The last transaction can be committed without its report.
  if (found < acknowledged || found > Math.max(acknowledged, begun)) {
    throw new Error(`${name}: ${acknowledged} was committed and ${begun} begun, found was ${found}`);
  }
  return { inside: begun > committed, found };
}

/** Kills workers within their transactions, on one database. */
async function inTransactions(rounds, log) {
  const name = "killed in a transaction";
  let last = await life(name, { count: 1 });
  for (let round = 0; round < rounds; round += 1) {
    const next = await life(name, { told: "found", after: Math.random() * 300 });
    if (round > 0) log.inside += compare(name, last, next).inside ? 1 : 0;
    log.waited = Math.max(log.waited, next.waited);
    last = next;
  }
  const next = await life(name, { count: 5 });
  log.inside += compare(name, last, next).inside ? 1 : 0;
  log.transactions = next.found;
}

/** Kills workers during the creation of a database, each of its own. */
async function inCreations(rounds, log) {
  for (let round = 0; round < rounds; round += 1) {
    const name = `killed during creation ${round}`;
    const last = await life(name, { told: "opening", after: Math.random() * 150 });
    log.interrupted += last.found === undefined ? 1 : 0;
    compare(name, last, await life(name, { count: 3 }));
  }
}

/** Runs all rounds. The script that drives the browser calls it. */
globalThis.run = async (rounds) => {
  const log = { inside: 0, interrupted: 0, waited: 0, transactions: 0 };
  await inTransactions(rounds, log);
  await inCreations(rounds, log);
  return log;
};
