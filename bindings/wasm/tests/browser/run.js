// Runs the tests of files, on a page or in a worker. Once: what is imported is there for good.
import { runAll } from "../harness.js";

/** What became of the tests of these files, with what the entry exports. */
export async function run({ entry, files, onFiles = false }) {
  const api = { ...(await import(entry)), entry };
  await api.init();
  for (const file of files) await import(file);
  const { passed, failed } = await runAll(api, console.log, onFiles ? inFiles(api) : undefined);
  return { passed, failed: failed.map(({ name }) => name) };
}

/** Runs tests that ask for databases in memory with databases in the browser's private files. */
function inFiles(api) {
  return async (body) => {
    // They ask for them on the spot, and opening takes a while: so a first run tells how many are wanted.
    let wanted = 0;
    await body(lending(api, () => (wanted++, api.Database.memory())));
    const names = Array.from({ length: wanted }, (_, i) => `suite-${i}`);
    const databases = [];
    try {
      for (const name of names) databases.push(await api.Database.openDirect(name, { mode: "new" }));
      const waiting = [...databases];
      await body(
        lending(api, () => {
          if (waiting.length === 0) throw new Error("the second run asks for more databases than the first");
          return waiting.shift();
        }),
      );
    } finally {
      for (const database of databases) database.close();
      for (const name of names) await api.Database.delete(name);
    }
  };
}

function lending(api, memory) {
  return { ...api, Database: { memory } };
}
