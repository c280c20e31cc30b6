// The page of the tests.
import { run } from "./run.js";
import { startWorker } from "./workers.js";

globalThis.run = async (job) => {
  if (!job.inWorker) return run(job);
  const worker = await startWorker(job.entry);
  try {
    return await worker.run(async (job) => (await import("/browser/run.js")).run(job), job);
  } finally {
    worker.terminate();
  }
};
