// The types of databases in files.
import { type AsyncDatabase, Database, type User } from "keyloft";

/** Compiles if both types are the same. */
function same<A, B>(_: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false): void {}

const db = await Database.open("app");
same<typeof db, AsyncDatabase>(true);
const user = await db.users.get("1");
same<typeof user, User | undefined>(true);
for await (const found of db.users.scan({ prefix: "a" })) same<typeof found, User>(true);
// @ts-expect-error: it is answered later
db.users.require("1").username;
// @ts-expect-error: scans are for `for await`
for (const found of db.users.scan()) void found;
// @ts-expect-error: there is no such role
await db.users.put({ userId: "1", username: "ada", role: "admin" });

const NOTES = { key: ["string", "i64"], unique: { slug: "string" } } as const;
const notes = db.collection("notes", NOTES);
await notes.put(["ada", 1n], { slug: "milk" });
// @ts-expect-error: the key has two parts
await notes.put(["ada"], { slug: "milk" });
const found = await notes.find("slug", "milk");
const key: [string, bigint] | undefined = found?.[0];
// @ts-expect-error: there is no such index
await notes.find("title", "milk");

const stars = db.collection("stars", { row: {} as { stars: number }, key: "string" });
const star = await stars.get("milk");
same<typeof star, { stars: number } | undefined>(true);
await db.collection<{ stars: number }>("stars", { key: "string" }).put("milk", { stars: 3 });

const count = await db.transaction(async (tx) => {
  await tx.collection("notes", NOTES).delete(["ada", 1n]);
  return tx.users.count();
});
same<typeof count, number>(true);
await using closing: AsyncDatabase = db;
same<Awaited<ReturnType<typeof Database.persist>>, "persistent" | "evictable">(true);

const here = await Database.fromBytes(await db.file());
const sync: User | undefined = here.users.get("1");
// @ts-expect-error: there is `Database.open()`
new Database();
void [key, closing, sync];
