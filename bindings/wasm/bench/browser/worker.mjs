// The dedicated worker, the only place with synchronous files.
import { Contest } from "./contest.mjs";
import { indexedDb } from "./indexed-db.mjs";
import { collection, users } from "./keyloft.mjs";
import { sqlite } from "./sqlite.mjs";

const contest = new Contest();

const methods = {
  begin: async (paths, indexed) =>
    contest.add(
      indexed
        ? [await sqlite(paths, { indexed }), await users(paths)]
        : [await sqlite(paths), await sqlite(paths, { wal: true }), await collection(paths), indexedDb("relaxed"), indexedDb("strict")],
    ),
  turn: (...args) => contest.turn(...args),
  end: () => contest.end(),
};

onmessage = async ({ data: { method, args } }) => {
  try {
    postMessage({ value: await methods[method](...args) });
  } catch (error) {
    postMessage({ error: `${error?.stack ?? error}` });
  }
};
