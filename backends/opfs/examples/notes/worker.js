// The dedicated worker: it opens the database, and answers the calls of the page.

import init, { abandon, crash, Notes } from "./notes.js";

// A worker that was terminated keeps its lock until the browser has ended it.
const PATIENCE = 10_000;

async function open(name) {
  for (const start = performance.now(); ; ) {
    try {
      return await Notes.open(name);
    } catch (error) {
      if (!String(error).startsWith("DatabaseLocked") || performance.now() - start > PATIENCE) throw error;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

const notes = init().then(() => open("notes"));

onmessage = async ({ data: { id, call, args } }) => {
  try {
    const open = await notes;
    const result = call === "crash" ? crash() : open[call](...args);
    postMessage({ id, result });
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) {
      // The module has crashed and must not be called again, except for this. The page starts another worker.
      abandon();
      postMessage({ id, crashed: true });
      self.close();
    } else {
      postMessage({ id, error: String(error) });
    }
  }
};
