// Opens the database, reports its contents, and works until it is killed. It keeps its progress in shared memory, which
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

// A worker that is killed within a call keeps its lock until the browser has ended it.
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
