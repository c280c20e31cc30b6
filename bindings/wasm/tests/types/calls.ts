// The types of the package. A line under `@ts-expect-error` that compiles is an error itself.
import init, { Database, KeyloftError, type KeyloftErrorCode, Partition, type Plan, type PlainObject, type Row, type Skipped, type TableKey, Timestamp, type User } from "keyloft/memory";

await init();
const db = Database.memory();

/** Compiles if both types are the same. */
function same<A, B>(_: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false): void {}

// The tables of the system.
const user = db.users.get("1");
same<typeof user, User | undefined>(true);
db.users.put({ userId: "1", username: "ada", role: "dba", createdAt: 5, lastSeen: 6n, email: null });
// @ts-expect-error: there is no such role
db.users.put({ userId: "1", username: "ada", role: "admin" });
// @ts-expect-error: the name is missing
db.users.put({ userId: "1" });
// @ts-expect-error: a time is a bigint or a number
db.users.put({ userId: "1", username: "ada", createdAt: new Date() });
// @ts-expect-error: a user's key is a string
db.users.get(1);
// @ts-expect-error: there may be no user
db.users.get("1").username;
// @ts-expect-error: 64 bits are not a number
const created: number = db.users.require("1").createdAt;
db.tables.get(["app", "notes"]);
// @ts-expect-error: a table's key has two parts
db.tables.get("notes");
// @ts-expect-error: queries have no such bound
db.users.scan({ above: "a" });
for (const found of db.users.scan({ prefix: "a", reverse: true, limit: 5 })) same<typeof found, User>(true);
for await (const found of db.users.scan()) same<typeof found, User>(true);

// Tables of a Rust program.
type Issue = { slug: string; state: "Open" | { Closed: { by: string } } | null };
const issues = db.table<Issue, number>("issues");
const issue = issues.find("slug", "a");
same<typeof issue, [number, Issue] | undefined>(true);
issues.put(1, { slug: "a", state: { Closed: { by: "ada" } } });
issues.update(1, (issue) => ({ ...issue, state: null }));
for (const [id, { slug }] of issues.by("slug").scan({ prefix: "a" })) same<[typeof id, typeof slug], [number, string]>(true);
// @ts-expect-error: a field is missing
issues.put(1, { slug: "a" });
// @ts-expect-error: the key is a number
issues.get("1");
const untyped = db.table("issues").first();
same<typeof untyped, [TableKey, PlainObject] | undefined>(true);

// The definition of a collection.
const defined = db.defineCollection("notes", { key: "string", version: 2 }, { migrate: (row, from) => ({ ...row, from: BigInt(from) }), progress: (rows) => void rows.toFixed() });
same<typeof defined, boolean>(true);
// @ts-expect-error: a version is a number
db.defineCollection("notes", { key: "string", version: "2" });
// @ts-expect-error: a row is an object
db.defineCollection("notes", { key: "string", version: 2 }, { migrate: () => 5 });
// @ts-expect-error: steps are internal
db.defineStep;

// Collections.
interface Note extends Row {
  title: string;
  stars: number;
}
const NOTES = { key: ["string", "i64"], unique: { title: "string" }, index: { stars: "f64" } } as const;
const notes = db.collection<Note, typeof NOTES>("notes", NOTES);
for (const [[who, number], note] of notes.scan({ prefix: ["ada"] })) {
  same<typeof who, string>(true);
  same<typeof number, bigint>(true);
  same<typeof note, Note>(true);
}
notes.put(["ada", 1n], { title: "milk", stars: 3 });
notes.put(["ada", 1], { title: "milk", stars: 3 });
// @ts-expect-error: the second part is a number
notes.put(["ada", "1"], { title: "milk", stars: 3 });
// @ts-expect-error: the key has two parts
notes.get(["ada"]);
// @ts-expect-error: a column has another type
notes.put(["ada", 1], { title: "milk", stars: "3" });
const stars = db.collection("stars", { row: {} as Note, key: "string", unique: { title: "string" } });
const star = stars.find("title", "milk");
same<typeof star, [string, Note] | undefined>(true);
stars.put("a", { title: "milk", stars: 3 });
// @ts-expect-error: a column has another type
stars.put("a", { title: "milk", stars: "3" });
// @ts-expect-error: the keys are strings
stars.get(5);
// A type argument for the rows makes TypeScript infer nothing else of the definition.
const loose = db.collection<Note>("loose", { key: "string", index: { stars: "f64" } });
loose.put("a", { title: "milk", stars: 3 });
const loosely = loose.get("a");
same<typeof loosely, Note | undefined>(true);
loose.by("stars").scan({ gte: 4 });
// @ts-expect-error: a column is missing
loose.put("a", { title: "milk" });
// @ts-expect-error: there is no such type of keys
db.collection("wrong", { key: "number" });
// @ts-expect-error: there is no such type of columns
db.collection("wrong", { key: "string", index: { n: "number" } });

const cities = db.collection("cities", { key: "string", unique: { code: "string" }, index: { people: "i64", place: { country: "string", name: "string" } } });
const city = cities.find("code", "BER");
same<typeof city, [string, Row] | undefined>(true);
cities.by("people").scan({ gt: 1_000_000 });
// @ts-expect-error: that index is not unique
cities.find("people", 5);
// @ts-expect-error: there is no such index
cities.by("mayor");
// @ts-expect-error: the index holds integers
cities.by("people").findAll("many");
cities.by("place").findAll(["DE", "Berlin"]);
cities.by("place").scan({ prefix: ["DE"], reverse: true });
cities.by("code").scan({ prefix: "D" });
// @ts-expect-error: integers have no prefixes
cities.by("people").scan({ prefix: 5n });
// @ts-expect-error: nor have floats
loose.by("stars").page({ prefix: 3 });
// @ts-expect-error: that index holds strings
cities.by("place").findAll(["DE", 5]);
const dated = db.collection("dated", { key: "string", unique: { found_at: { foundAt: "i64" } }, index: { seen: { by: "string", at: "timestamp" } } });
dated.by("found_at").scan({ gte: 5n });
dated.find("found_at", 5);
dated.by("seen").findAll(["ada", new Date()]);
// @ts-expect-error: an index of one column is on its values
dated.by("found_at").scan({ gte: [5n] });
db.defineCollection("dated", { key: "string" });
// @ts-expect-error: there is no such type of keys
db.defineCollection("dated", { key: "number" });

// The first entities, bounds on first parts, missing values, pages over damaged rows, deletion.
const oldest = dated.by("seen").first({ gte: ["ada"] });
same<typeof oldest, [string, Row] | undefined>(true);
same<typeof oldest, ReturnType<ReturnType<typeof dated.by<"seen">>["last"]>>(true);
notes.scan({ gt: ["ada"], lte: ["bob", 5n] });
notes.count({ eq: ["ada", 1] });
// @ts-expect-error: the first part is text
notes.scan({ gt: [5] });
// @ts-expect-error: the second part is a number
notes.scan({ gt: ["ada", "1"] });
// @ts-expect-error: an empty array is no first part
notes.scan({ prefix: [] });
// @ts-expect-error: first parts are no key
notes.get(["ada"]);
db.tables.scan({ gte: ["app"] });
for (const [id] of notes.by("stars").missing({ prefix: ["ada"], limit: 5 })) same<typeof id, [string, bigint]>(true);
// @ts-expect-error: missing rows are selected by key
notes.by("stars").missing({ gt: 5 });
const { skipped, entries } = notes.pageReadable({ limit: 5 });
const discarded: boolean = skipped.every(({ key }) => notes.discard(key));
same<typeof skipped, Skipped[]>(true);
same<typeof entries, [[string, bigint], Note][]>(true);
const deleted = cities.by("people").deleteRange({ lt: 100 });
same<typeof deleted, number>(true);
// @ts-expect-error: the index holds integers
cities.by("people").deleteRange({ lt: "few" });

// Selections.
const large = cities.select().by("people", { gte: 1_000_000n }).filter(({ name }) => name !== null).orderBy("place").reverse().limit(5);
const largest = large.all();
same<typeof largest, [string, Row][]>(true);
const names = notes.select().by("stars", { eq: 5 }).orderWith(({ title }, [who]) => [who, title]).map(({ title }, [who]) => `${who}: ${title}`);
const name = names.first();
same<typeof name, string | undefined>(true);
for (const name of names) same<typeof name, string>(true);
const plan = names.explain();
same<typeof plan, Plan>(true);
notes.select().missing("stars").count();
// @ts-expect-error: there is no such index
notes.select().by("mayor");
// @ts-expect-error: the index holds numbers
notes.select().by("stars", { eq: "many" });
// @ts-expect-error: a condition has no limit
notes.select().by("stars", { limit: 5 });
// @ts-expect-error: there is no such index
notes.select().orderBy("mayor");
// @ts-expect-error: that is no order
notes.select().orderWith((note) => note);
const slugs = issues.select().by("slug", { prefix: "a" }).keys({ gt: 5 }).map(({ slug }) => slug).all();
same<typeof slugs, string[]>(true);

// A change of keys.
db.defineCollection("notes", { key: ["string", "u32"] }, { rekey: (id: number, { title }) => [String(title), id] });
db.defineCollection("notes", { key: "u32" }, { abandonRekey: true });
// @ts-expect-error: the change of keys is a function
db.defineCollection("notes", { key: "u32" }, { rekey: 5 });

// Rows of users, of all, of streams.
const own = db.userTable("app", "notes", "ada");
const row = own.require("1");
same<typeof row.row, Row>(true);
own.put("1", { at: new Date(), big: 5n, bytes: new Uint8Array(1), late: new Timestamp(9n), list: [1, "a", null], map: { a: true } });
// @ts-expect-error: a function can't be stored
own.put("1", { call: () => 1 });
db.userTable("app", "notes", "ada", { ids: "bytes" }).get(new Uint8Array(1));
// @ts-expect-error: these ids are bytes
db.userTable("app", "notes", "ada", { ids: "bytes" }).get("1");
// @ts-expect-error: a user table is one user's
db.userTable("app", "notes");

// Bytes.
const raw = db.partition("raw");
const bytes = raw.get(new Uint8Array(1));
same<typeof bytes extends Uint8Array | undefined ? true : false, true>(true);
// @ts-expect-error: a value is bytes
raw.put(new Uint8Array(1), "text");
// @ts-expect-error: a batch has puts and deletes
raw.batch([{ type: "del", key: new Uint8Array(1) }]);

// Transactions, views, snapshots.
const count = db.transaction((tx) => tx.users.count());
same<typeof count, number>(true);
// @ts-expect-error: a transaction is synchronous
db.transaction(async (tx) => tx.users.count());
for await (const event of db.users.watch({ limit: 1 })) {
  if (event.type === "entered") same<typeof event.at, number>(true);
  // @ts-expect-error: an entity that is new in a list may have been stored earlier
  if (event.type === "entered") event.old;
  break;
}
cities.watch({ index: "people", gte: 1_000_000, reverse: true, limit: 20 });
cities.watch({ index: "place", prefix: ["DE"] });
cities.watch({ prefix: "b", limit: 2 });
// @ts-expect-error: there is no such index
cities.watch({ index: "mayor" });
// @ts-expect-error: the index holds integers
cities.watch({ index: "people", gte: "many" });
// @ts-expect-error: the indexes of the system's tables have watches of their own
db.users.watch({ index: "role" });
for await (const event of db.users.byRole.watch({ eq: "dba", limit: 5 })) {
  if (event.type === "entered") same<typeof event.new, User>(true);
  break;
}
// @ts-expect-error: there is no such role
db.users.byRole.watch({ eq: "admin" });
// @ts-expect-error: there is no transaction in a transaction
db.transaction((tx) => tx.transaction(() => 1));
db.as({ userId: "ada", role: "user" }).userTable("app", "notes").get("1");
// @ts-expect-error: a principal has a role
db.as({ userId: "ada" });
// @ts-expect-error: a snapshot does not begin transactions
db.snapshot().transaction(() => 1);
for await (const event of db.users.watch()) {
  if (event.type === "current") same<typeof event.entries, User[]>(true);
  // @ts-expect-error: what was deleted has no new value
  if (event.type === "deleted") event.new;
  break;
}

// Classes of the package can't be constructed.
// @ts-expect-error: there is `Database.memory()`
new Database();
// @ts-expect-error: it is a type alone
new Partition();

// Errors.
try {
  db.close();
} catch (error) {
  if (error instanceof KeyloftError) same<typeof error.code, KeyloftErrorCode>(true);
}
// @ts-expect-error: there is no such code
const code: KeyloftErrorCode = "Oops";
void [created, code];
