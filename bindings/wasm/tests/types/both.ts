// Code that is typed for both kinds of database: what compiles works with both.
import { type AsyncDatabase, Database, type MemoryDatabase, type User } from "keyloft";

/** Compiles if both types are the same. */
function same<A, B>(_: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false): void {}

const NOTES = { key: "string", unique: { slug: "string" } } as const;

export async function work(db: Database | AsyncDatabase): Promise<void> {
  const user = await db.users.get("1");
  same<typeof user, User | undefined>(true);
  await db.users.put({ userId: "1", username: "ada" });
  for await (const found of db.users.scan({ prefix: "a" })) same<typeof found, User>(true);
  const all = await db.users.scan().toArray();
  same<typeof all, User[]>(true);
  const page = await db.users.page({ limit: 5 });
  same<typeof page.cursor, string | undefined>(true);
  const file = await db.file();
  same<typeof file, Uint8Array>(true);
  await db.close();
  // @ts-expect-error: one kind answers later
  db.users.require("1").username;
  // @ts-expect-error: one kind has scans for `for await` alone
  for (const found of db.users.scan()) void found;
  // @ts-expect-error: one kind takes synchronous bodies alone
  await db.transaction(async (tx) => tx.users.count());
}

export async function inTransactions(db: AsyncDatabase): Promise<number> {
  return db.transaction(async (tx) => {
    await tx.collection("notes", NOTES).put("a", { slug: "milk" });
    return tx.collection("notes", NOTES).count();
  });
}

// A database in memory is one of the kind that `Database.open` opens.
await inTransactions(await Database.openMemory());
await inTransactions(await Database.open("app"));
// @ts-expect-error: a synchronous database takes no asynchronous body
await inTransactions(Database.memory());
// @ts-expect-error: the body of a synchronous transaction returns no promise
Database.memory().transaction(async (tx) => tx.users.count());
// @ts-expect-error: a database in memory waits for no other program
await Database.openMemory({ wait: 5 });
await Database.open("app", { signal: AbortSignal.timeout(5), timeout: 5000 });
// @ts-expect-error: a time limit is a number
await Database.open("app", { timeout: "5 s" });
// @ts-expect-error: it has no file
await work(Database.memory());
// @ts-expect-error: it has no file
Database.memory().compact();
await work(await Database.fromBytes());
await work(await Database.openMemory());

export async function withoutFile(db: MemoryDatabase | AsyncDatabase): Promise<string> {
  // @ts-expect-error: one kind has no file
  await db.stats();
  return db.digest();
}
await withoutFile(Database.memory());
await withoutFile(await Database.fromBytes());
await withoutFile(await Database.openMemory());
