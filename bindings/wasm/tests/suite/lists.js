// Indexes of lists, and the names of indexes.
import { equal, test, throws } from "../harness.js";

const DEFINITION = { key: "u32", unique: { codes: ["i64"] }, index: { tags: ["string"], createdAt: "timestamp", "größe in m": "f64" } };
const POSTS = [
  [1, { tags: ["b", "a", "b"], codes: [1n, 2n], createdAt: new Date(5) }],
  [2, { tags: ["c"], codes: [], "größe in m": 1.5 }],
  [3, { tags: null }],
  [4, { tags: ["a", null], codes: [3n] }],
];

const keys = (entries) => [...entries].map(([key]) => key);

test("a row is in an index of a list once for each item", (api) => {
  const posts = api.Database.memory().collection("posts", DEFINITION);
  posts.putMany(POSTS);
  equal(keys(posts.by("tags").scan()), [1, 4, 1, 2]);
  equal(keys(posts.by("tags").findAll("a")), [1, 4]);
  equal(keys(posts.by("tags").scan({ prefix: "b" })), [1]);
  equal(keys(posts.by("tags").missing()), [3]);
  equal(keys(posts.select().by("tags")), [1, 4, 2]);
  equal([posts.select().by("tags").count(), posts.by("tags").count()], [3, 4]);
  equal(keys(posts.select().by("tags", { eq: "a" }).orderBy("tags").reverse()), [1, 4]);
  equal(posts.find("codes", 2n)[0], 1);
  equal(posts.find("codes", 9), undefined);
  const error = throws(api, "UniqueViolation", () => posts.put(5, { codes: [7n, 3n] }));
  equal(error.message.includes("codes"), true);
  posts.put(1, { tags: ["z"], codes: [2n] });
  equal(keys(posts.by("tags").scan()), [4, 2, 1]);
  equal(posts.find("codes", 1n), undefined);
});

test("the items of an indexed list have the type of the index", (api) => {
  const posts = api.Database.memory().collection("posts", DEFINITION);
  throws(api, "Invalid", () => posts.put(1, { tags: "a" }));
  throws(api, "Invalid", () => posts.put(1, { tags: ["a", 5] }));
  throws(api, "Invalid", () => posts.put(1, { codes: [new Date(5)] }));
  equal(posts.count(), 0);
  for (const index of [{ a: [] }, { a: ["string", "string"] }, { a: ["text"] }, { a: [["string"]] }]) {
    throws(api, "InvalidArgument", () => api.Database.memory().collection("posts", { key: "u32", index }));
  }
});

test("an index of a list is built from the rows, and watched", async (api) => {
  const db = api.Database.memory();
  db.collection("posts", { key: "u32" }).putMany(POSTS);
  db.defineCollection("posts", DEFINITION);
  const posts = db.collection("posts", DEFINITION);
  equal(keys(posts.by("tags").scan()), [1, 4, 1, 2]);
  equal(posts.find("codes", 3n)[0], 4);
  const watch = posts.watch({ index: "tags", limit: 10 });
  equal(keys((await watch.next()).value.entries), [1, 4, 1, 2]);
  posts.put(4, { tags: ["d"] });
  const { type, key, from, to } = (await watch.next()).value;
  equal([type, key, from, to], ["changed", 4, 1, 3]);
  watch.close();
  const other = api.Database.memory();
  other.collection("posts", { key: "u32" }).putMany([[1, { codes: [1n, 1n] }], [2, { codes: [1n] }]]);
  throws(api, "UniqueViolation", () => other.defineCollection("posts", { key: "u32", unique: { codes: ["i64"] } }));
  other.collection("posts", { key: "u32" }).delete(2);
  equal(other.defineCollection("posts", { key: "u32", unique: { codes: ["i64"] } }), true);
});

test("indexes have any names but the empty one", async (api) => {
  const posts = api.Database.memory().collection("posts", DEFINITION);
  posts.putMany(POSTS);
  equal(posts.indexList(), [
    { name: "codes", unique: true, list: true },
    { name: "tags", unique: false, list: true },
    { name: "createdAt", unique: false, list: false },
    { name: "größe in m", unique: false, list: false },
  ]);
  equal(keys(posts.by("createdAt").findAll(new Date(5))), [1]);
  equal(keys(posts.by("größe in m").scan({ gte: 1 })), [2]);
  throws(api, "InvalidArgument", () => api.Database.memory().collection("posts", { key: "u32", index: { "": "string" } }));
});

test("the change of a row must not be asynchronous", async (api) => {
  const { Database } = api;
  const posts = Database.memory().collection("posts", { key: "u32" });
  posts.put(1, { n: 1n });
  const error = throws(api, "AsyncTransaction", () => posts.update(1, async (row) => ({ ...row, n: 2n })));
  equal(error.message, "the change of a row must not be asynchronous: await its data before the call; nothing was written");
  equal(posts.get(1), { n: 1n });
  if (Database.openMemory === undefined) return;
  const db = await Database.openMemory();
  const there = db.collection("posts", { key: "u32" });
  await there.put(1, { n: 1n });
  const failed = await there.update(1, async () => ({ n: 2n })).catch((error) => error);
  equal([failed.code, await there.get(1)], ["AsyncTransaction", { n: 1n }]);
  await db.close();
});
