import { runCandidateWorker } from "./remote/election/candidate-worker.js";

// What the package's worker does: it has the files of databases open, for its tab and for others.
runCandidateWorker(globalThis as unknown as Parameters<typeof runCandidateWorker>[0]);
