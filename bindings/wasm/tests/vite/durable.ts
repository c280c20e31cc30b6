// An application with durable data: it counts its visits.
import { type AsyncDatabase, Database } from "keyloft";

const db: AsyncDatabase = await Database.open("visits");
const visits = db.collection("visits", { key: "string" });
const count = await db.transaction(async (tx) => {
  const within = tx.collection("visits", { key: "string" });
  const before = await within.get("count");
  const count = typeof before?.["n"] === "bigint" ? before["n"] + 1n : 1n;
  await within.put("count", { n: count });
  return count;
});
const stored = await visits.get("count");
document.body.dataset["visits"] = `${count} of ${String(stored?.["n"])}`;
await db.close();
