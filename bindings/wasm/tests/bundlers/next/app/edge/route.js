// A route in the edge runtime, whose data are in memory.
import { Database, init } from "keyloft/memory";

import { visit } from "../../../app/visit.js";

export const runtime = "edge";

export async function GET() {
  await init();
  return Response.json(await visit(Database.memory()));
}
