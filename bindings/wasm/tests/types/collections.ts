// The types of collections' rows, of indexes of lists, of helpers over any collection, and of live queries. A line under
// `@ts-expect-error` that compiles is an error itself.
import { type AsyncCollection, type Collection, type CollectionDefinition, Database, type Live } from "keyloft";

/** Compiles if both types are the same. */
function same<A, B>(_: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false): void {}

const db = await Database.open("app");
const direct = Database.memory();

// An interface is a type of rows, and so is one inside.
interface Place {
  street: string;
  numbers: readonly number[];
}
interface Shop {
  name: string;
  stars: number;
  place: Place;
  opened?: Date;
  tags: readonly string[];
}
const shops = db.collection("shops", { row: {} as Shop, key: "string", index: { openedAt: "timestamp", tags: ["string"] } });
const loose = db.collection<Shop>("shops", { key: "string" });
const here = direct.collection("shops", { row: {} as Shop, key: "string", index: { tags: ["string"] } });
here.put("a", { name: "", stars: 1, place: { street: "", numbers: [] }, tags: [] });
// @ts-expect-error: a column is missing
here.put("a", { name: "", stars: 1, tags: [] });
// @ts-expect-error: a function can't be stored
direct.collection<{ call: () => void }>("shops", { key: "string" });
const unstorable = direct.collection("shops", { row: {} as { call: () => void }, key: "string" });
// @ts-expect-error: a function can't be stored
unstorable.put("a", { call() {} });

// The values of an index of a list are those of its items.
shops.by("tags").scan({ prefix: "a" });
here.by("tags").findAll("b");
// @ts-expect-error: the items are text
here.by("tags").findAll(5);
// @ts-expect-error: the items are text
here.by("tags").findAll(["a"]);

// Helpers over any collection.
async function all<D extends CollectionDefinition, R extends object>(collection: AsyncCollection<D, R>): Promise<R[]> {
  return (await collection.scan().toArray()).map(([, row]) => row);
}
same<Awaited<ReturnType<typeof all<{ key: "string" }, Shop>>>, Shop[]>(true);
const [first] = await all(shops);
same<typeof first, Shop | undefined>(true);
await all(loose);
async function names<R extends { name: string }>(collection: AsyncCollection<{ key: "string" }, R>): Promise<string | undefined> {
  return (await collection.get("a"))?.name;
}
await names(shops);
function rows<D extends CollectionDefinition, R extends object>(collection: Collection<D, R>): R[] {
  return collection.scan().toArray().map(([, row]) => row);
}
same<ReturnType<typeof rows<{ key: "string" }, Shop>>, Shop[]>(true);
rows(here);

// A collection of either kind of database has the same members.
same<Exclude<keyof Collection<{ key: "string" }>, keyof AsyncCollection<{ key: "string" }>>, never>(true);
same<Exclude<keyof AsyncCollection<{ key: "string" }>, keyof Collection<{ key: "string" }>>, never>(true);

// Live queries. Those of another thread are not there at once.
same<ReturnType<ReturnType<typeof here.scan>["live"]>, Live<readonly [string, Shop][]>>(true);
same<ReturnType<ReturnType<typeof shops.scan>["live"]>, Live<readonly [string, Shop][] | undefined>>(true);
const [one, count, selected] = [here.liveGet("a"), here.liveCount(), here.select().map(({ name }) => name).live()];
same<typeof one, Live<Shop | undefined>>(true);
same<typeof count, Live<number>>(true);
same<typeof selected, Live<readonly string[]>>(true);
const there = [shops.liveCount({ prefix: "a" }), shops.by("tags").liveCount({ eq: "a" })] as const;
same<(typeof there)[number], Live<number | undefined>>(true);
const users = db.users.byRole.scan({ eq: "dba" }).live();
const end: () => void = users.subscribe((found) => found?.map(({ userId }) => userId));
end();
// @ts-expect-error: the value is shared
here.scan().live().get().push;
