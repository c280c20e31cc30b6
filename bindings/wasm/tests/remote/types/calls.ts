// The types of an asynchronous database. A line under `@ts-expect-error` that compiles is an error itself.
import {
  type AsyncDatabase,
  type AsyncPrincipalStores,
  type AsyncSnapshot,
  type AsyncTransaction,
  Database,
  type DatabaseStats,
  type ImportSummary,
  type Page,
  type PartitionEntry,
  type Plan,
  type Principal,
  type ReadablePage,
  type Row,
  type StreamRow,
  type TableRow,
  type Transaction,
  type User,
} from "keyloft";

/** Compiles if both types are the same. */
function same<A, B>(_: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false): void {}

const db: AsyncDatabase = await Database.open("app", { tabs: "shared", mode: "create", transactionTimeout: 5000 });
// @ts-expect-error: tabs are shared or exclusive
await Database.open("app", { tabs: "both" });

// The type has all members of the database.
same<Exclude<keyof Database, keyof AsyncDatabase>, typeof Symbol.dispose>(true);
same<Exclude<keyof Transaction, keyof AsyncTransaction>, never>(true);
same<Exclude<keyof AsyncDatabase, keyof Database>, "role">(true);

const user = await db.users.get("1");
same<typeof user, User | undefined>(true);
// @ts-expect-error: it is not here yet
db.users.get("1")?.username;
// @ts-expect-error: there is no such role
db.users.put({ userId: "1", username: "ada", role: "admin" });
const page = await db.users.page({ limit: 5 });
same<typeof page, Page<User>>(true);
same<ReturnType<typeof db.users.count>, Promise<number>>(true);
const role = await db.users.byRole.findAll("dba");
same<typeof role, User[]>(true);
// @ts-expect-error: there is no such role
db.users.byRole.findAll("admin");
const changed = await db.users.update("1", (user) => {
  same<typeof user, User>(true);
  user.email = null;
});
same<typeof changed, User>(true);
for await (const found of db.users.scan({ prefix: "a" })) same<typeof found, User>(true);
// @ts-expect-error: a scan is gone through with `for await`
for (const found of db.users.scan()) found;
const array = await db.users.scan().toArray();
same<typeof array, User[]>(true);
for await (const event of db.users.watch()) {
  if (event.type === "current") same<typeof event.entries, User[]>(true);
  if (event.type === "updated") same<typeof event.old, User>(true);
  break;
}

interface Note extends Row {
  title: string;
  stars: number;
}
const NOTES = { key: ["string", "i64"], unique: { title: "string" }, index: { stars: "f64" } } as const;
const notes = db.collection<Note, typeof NOTES>("notes", NOTES);
await notes.put(["ada", 1], { title: "milk", stars: 3 });
// @ts-expect-error: a column has another type
await notes.put(["ada", 1], { title: "milk", stars: "3" });
const found = await notes.find("title", "milk");
same<typeof found, [[string, bigint], Note] | undefined>(true);
// @ts-expect-error: that index is not unique
notes.find("stars", 5);
const rated = await notes.by("stars").findAll(5);
same<typeof rated, [[string, bigint], Note][]>(true);
// @ts-expect-error: the index holds numbers
notes.by("stars").findAll("many");
for await (const [[who, number], note] of notes.scan({ prefix: ["ada"] })) {
  same<typeof who, string>(true);
  same<typeof number, bigint>(true);
  same<typeof note, Note>(true);
}
const cities = db.collection("cities", { key: "string", unique: { code: "string" } });
for await (const event of cities.watch({ index: "code", prefix: "B", limit: 20 })) {
  if (event.type === "changed") same<typeof event.to, number>(true);
  break;
}
// @ts-expect-error: there is no such index
cities.watch({ index: "mayor" });
same<Awaited<ReturnType<typeof cities.get>>, Row | undefined>(true);
const first = await notes.by("stars").first({ gte: 3 });
same<typeof first, [[string, bigint], Note] | undefined>(true);
for await (const [[who]] of notes.by("stars").missing({ gt: ["ada"] })) same<typeof who, string>(true);
const readable = await notes.pageReadable();
const discarded: boolean = await notes.discard(new Uint8Array());
same<typeof readable, ReadablePage<[[string, bigint], Note]>>(true);
const deleted = await notes.by("stars").deleteRange({ lt: 3 });
same<typeof deleted, number>(true);
for await (const event of db.users.byRole.watch({ eq: "dba" })) {
  if (event.type === "inserted") same<typeof event.new, User>(true);
  break;
}
const titles = notes.select().by("stars", { gte: 3 }).filter(({ title }) => title !== "").orderBy("title").map(({ title }, [who]) => `${who} ${title}`);
for await (const title of titles) same<typeof title, string>(true);
const listed = await titles.all();
same<typeof listed, string[]>(true);
const plan = await titles.explain();
same<typeof plan, Plan>(true);
const one = await notes.select().missing("stars").first();
same<typeof one, [[string, bigint], Note] | undefined>(true);
// @ts-expect-error: there is no such index
notes.select().by("mayor");
// @ts-expect-error: the index holds numbers
notes.select().by("stars", { eq: "many" });
await db.defineCollection("notes", { key: "u32" }, { rekey: (id: string) => Number(id) });

const own = db.userTable("app", "notes", "ada");
same<Awaited<ReturnType<typeof own.require>>, TableRow>(true);
same<Awaited<ReturnType<typeof own.includingDeleted.require>>, TableRow>(true);
await db.userTable("app", "notes", "ada", { ids: "bytes" }).get(new Uint8Array(1));
// @ts-expect-error: these ids are bytes
db.userTable("app", "notes", "ada", { ids: "bytes" }).get("1");
const stream = await db.streamTable("app", "events").require("1");
same<typeof stream, StreamRow>(true);

const iterator = db.partition("raw").iterator({ limit: 5 });
await iterator.seek(new Uint8Array(1));
const taken = await iterator.take(5);
same<typeof taken, PartitionEntry[]>(true);

const count = await db.transaction(async (tx) => {
  same<typeof tx, AsyncTransaction>(true);
  return tx.users.count();
});
same<typeof count, number>(true);
const principal: Principal = { userId: "ada", role: "user" };
await db.as(principal).transaction((tx) => same<typeof tx, AsyncPrincipalStores>(true));
await db.as(principal).userTable("app", "notes").get("1");
const snapshot = await db.snapshot();
same<typeof snapshot, AsyncSnapshot>(true);
// @ts-expect-error: a snapshot does not begin transactions
snapshot.transaction(() => 1);
await snapshot.close();

const issues = db.table<{ slug: string }, number>("issues");
const issue = await issues.find("slug", "a");
same<typeof issue, [number, { slug: string }] | undefined>(true);
await issues.update(1, (issue) => ({ ...issue, slug: "b" }));
for await (const [id] of issues.by("slug").scan()) same<typeof id, number>(true);
const slugs = await issues.select().by("slug", { prefix: "a" }).keys({ lt: 5 }).map(({ slug }) => slug).all();
same<typeof slugs, string[]>(true);
const defined = await db.defineCollection("notes", { key: "string", version: 2 }, { migrate: (row) => row });
same<typeof defined, boolean>(true);

same<ReturnType<typeof db.export>, Promise<Uint8Array>>(true);
same<ReturnType<typeof db.import>, Promise<ImportSummary>>(true);
same<ReturnType<typeof db.stats>, Promise<DatabaseStats>>(true);
same<typeof db.role, "leader" | "follower">(true);
same<typeof db.closed, boolean>(true);
await db.close();
{
  await using other = await Database.open("other");
  await other.users.count();
}
