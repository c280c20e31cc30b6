// Starts workers, kills them at any moment, and sees that the next one finds what was committed.

const LIMIT = 60_000;

/** Runs a worker until it ends by itself, or until so many milliseconds after it has told this. */
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

/** Compares what a worker found with what the one before it had done, which is known once that is really dead. */
function compare(name, { progress: [begun, committed], found: before = 0 }, { found }) {
  const acknowledged = Math.max(before, committed);
  // The last one may have been written and not yet told.
  if (found < acknowledged || found > Math.max(acknowledged, begun)) {
    throw new Error(`${name}: ${acknowledged} was committed and ${begun} begun, found was ${found}`);
  }
  return { inside: begun > committed, found };
}

/** Kills workers in the middle of their transactions, on one database. */
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

/** Kills workers around the creation of a database, each another. */
async function inCreations(rounds, log) {
  for (let round = 0; round < rounds; round += 1) {
    const name = `killed at birth ${round}`;
    const last = await life(name, { told: "opening", after: Math.random() * 150 });
    log.unborn += last.found === undefined ? 1 : 0;
    compare(name, last, await life(name, { count: 3 }));
  }
}

/** What the script that drives the browser calls. */
globalThis.run = async (rounds) => {
  const log = { inside: 0, unborn: 0, waited: 0, transactions: 0 };
  await inTransactions(rounds, log);
  await inCreations(rounds, log);
  return log;
};
