// The application in Node, whose data are in the file of this path.
import { Database } from "keyloft";
import { Database as InMemory } from "keyloft/memory";

import { visit } from "./visit.js";

async function run(path) {
  const db = await Database.open(path);
  const visited = await visit(db);
  await db.close();
  return { visited, inMemory: await visit(InMemory.memory()) };
}

run(process.argv[2]).then((result) => console.log(JSON.stringify(result)));
