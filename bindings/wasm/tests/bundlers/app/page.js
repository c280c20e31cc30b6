// The application on a page, whose data are durable.
import { Database } from "keyloft";

import { visit } from "./visit.js";

async function onPage() {
  const db = await Database.open("notes");
  const visited = await visit(db);
  await db.close();
  return visited;
}

/** Visits a database in memory, which has another engine. */
async function inMemory() {
  const { Database, init } = await import("keyloft/memory");
  await init();
  return visit(Database.memory());
}

globalThis.app = { visited: onPage(), inMemory };
