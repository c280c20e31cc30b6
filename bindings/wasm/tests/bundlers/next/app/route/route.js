// A route, whose data are in memory.
import { Database } from "keyloft/memory";

import { visit } from "../../../app/visit.js";

export const dynamic = "force-dynamic";

export const GET = async () => Response.json(await visit(Database.memory()));
