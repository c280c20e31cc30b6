// A server component: it visits a file of the server.
import { Database } from "keyloft";

import { visit } from "../../app/visit.js";

export const dynamic = "force-dynamic";

export default async function Page() {
  const db = await Database.open(process.env.NOTES);
  const visited = await visit(db);
  await db.close();
  return <pre>{JSON.stringify(visited)}</pre>;
}
