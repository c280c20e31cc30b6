// The package on another origin than the page, as from a CDN.
import { equal, test } from "../harness.js";

test("a database is durable with scripts of another origin", async ({ Database }) => {
  const name = "elsewhere";
  for (const found of [undefined, { n: 1n }]) {
    const db = await Database.open(name);
    const rows = db.collection("rows", { key: "string" });
    equal(await rows.get("a"), found);
    await rows.put("a", { n: 1n });
    await db.close();
  }
  equal(await Database.delete(name), true);
});
