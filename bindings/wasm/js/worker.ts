import { runCandidateWorker } from "./remote/election/candidate-worker.js";

// The package's worker: it opens the files of databases, for its tab and for others.
runCandidateWorker(globalThis as unknown as Parameters<typeof runCandidateWorker>[0]);
