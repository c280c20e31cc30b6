// Runs the tests of files, on a page or in a worker. A test file is imported once: imports last.
import { runAll } from "../harness.js";

/** Runs the tests of these files with the exports of the entry, and returns their results. */
export async function run({ entry, files, onFiles = false }) {
  const api = { ...(await import(entry)), entry };
  await api.init();
  for (const file of files) await import(file);
  const { passed, failed } = await runAll(api, console.log, onFiles ? inFiles(api) : undefined);
  return { passed, failed: failed.map(({ name }) => name) };
}

/** Runs tests of databases in memory with databases in the browser's private files. */
function inFiles(api) {
  return async (body) => {
    // The tests ask for databases synchronously, but opening takes time. So a first run counts how many they need.
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
