// An application that shows its database beside itself. A real one imports the tools in development alone.
import { Database, init } from "keyloft";
import { mountDevtools } from "keyloft/devtools";

const db = await Database.open("shop");
const orders = db.collection("orders", { key: "u32", unique: { code: "string" }, index: { tags: ["string"], createdAt: "timestamp" } });
await orders.putMany(Array.from({ length: 120 }, (_, i) => [i, { code: `A${i}`, tags: ["new", `t${i % 3}`], createdAt: new Date(1.7e12 + i * 1e7), cents: BigInt(i * 100) }]));
await db.partition("cache").put(new Uint8Array([1, 2]), new Uint8Array([3]));
await db.users.put({ userId: "1", username: "Ada", role: "dba" });

const end = mountDevtools(document.getElementById("tools") as HTMLElement, db);
await init();
const direct = Database.memory();
direct.collection("small", { key: "string" }).put("a", { n: 1n });

Object.assign(globalThis, { app: { db, orders, end, second: () => mountDevtools(document.body, direct) } });
