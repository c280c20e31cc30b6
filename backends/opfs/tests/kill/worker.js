// Opens the database, says what is in it, and works until it is killed. It notes how far it has come in memory that
// outlives it.

import init, { Job } from "./kill.js";

const PATIENCE = 10_000;

onmessage = async ({ data: { name, count, progress } }) => {
  try {
    await init();
    postMessage({ opening: true });
    const [job, waited] = await opened(name);
    postMessage({ found: job.check(), waited });
    job.work(
      count,
      (number) => Atomics.store(progress, 0, number),
      (number) => Atomics.store(progress, 1, number),
    );
    job.free();
    postMessage({ ended: true });
  } catch (error) {
    postMessage({ failed: String(error) });
  }
};

// A worker that was killed while it was busy keeps its lock until the browser has really ended it.
async function opened(name) {
  const start = performance.now();
  for (let waited = 0; ; waited = performance.now() - start) {
    try {
      return [await Job.open(name), waited];
    } catch (error) {
      if (!String(error).startsWith("DatabaseLocked") || waited > PATIENCE) throw error;
      await new Promise((done) => setTimeout(done, 5));
    }
  }
}
