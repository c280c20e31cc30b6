// Watches by an index and with a limit.
import { equal, rejects, test, throws } from "../harness.js";
import { PARTLY_DAMAGED } from "./streams.js";

const DEFINITION = { key: "u32", index: { day: "i64", state: "string" } };

/** Returns the waiting events of a watch, as many as there are. */
async function waiting(watch, count) {
  const events = [];
  while (events.length < count) events.push((await watch.next()).value);
  return events;
}

/** Applies an event to a list of entries. */
function apply(list, event) {
  switch (event.type) {
    case "current":
      list.splice(0, list.length, ...event.entries);
      break;
    case "entered":
      list.splice(event.at, 0, [event.key, event.new]);
      break;
    case "changed":
      equal(list[event.from], [event.key, event.old]);
      list.splice(event.from, 1);
      list.splice(event.to, 0, [event.key, event.new]);
      break;
    case "left":
      equal(list[event.at], [event.key, event.old]);
      list.splice(event.at, 1);
      break;
    default:
      throw new Error(`an event ${event.type} of a list`);
  }
}

test("a watch by an index with a limit says where rows enter, move and leave", async ({ Database }) => {
  const issues = Database.memory().collection("issues", DEFINITION);
  issues.putMany([[1, { day: 10n }], [2, { day: 20n }], [3, { day: 30n }]]);
  const watch = issues.watch({ index: "day", reverse: true, limit: 2 });
  issues.delete(3);
  issues.put(4, { day: 15n });
  issues.put(4, { day: 25n });
  issues.put(4, { day: 25n, title: "slow" });
  issues.put(1, { day: 11n });
  issues.put(2, {});
  equal(await waiting(watch, 8), [
    { type: "current", entries: [[3, { day: 30n }], [2, { day: 20n }]] },
    { type: "left", commit: 1n, key: 3, old: { day: 30n }, at: 0 },
    { type: "entered", commit: 1n, key: 1, new: { day: 10n }, at: 1 },
    { type: "left", commit: 2n, key: 1, old: { day: 10n }, at: 1 },
    { type: "entered", commit: 2n, key: 4, new: { day: 15n }, at: 1 },
    { type: "changed", commit: 3n, key: 4, old: { day: 15n }, new: { day: 25n }, from: 1, to: 0 },
    { type: "changed", commit: 4n, key: 4, old: { day: 25n }, new: { day: 25n, title: "slow" }, from: 0, to: 0 },
    { type: "left", commit: 6n, key: 2, old: { day: 20n }, at: 1 },
  ]);
  equal((await watch.next()).value, { type: "entered", commit: 6n, key: 1, new: { day: 11n }, at: 1 });
  watch.close();
});

/** A watch, and the list that its events make. */
class Follower {
  constructor(watch) {
    this.watch = watch;
    this.list = [];
    this.next = watch.next();
  }

  /** Applies the events that wait. */
  async follow() {
    for (;;) {
      const event = await Promise.race([this.next, turns()]);
      if (event === undefined) return;
      apply(this.list, event.value);
      this.next = this.watch.next();
    }
  }
}

/** Waits longer than an event that is there needs. */
async function turns() {
  for (let turn = 0; turn < 20; turn++) await undefined;
}

test("the list of a watch is the result of its query, whatever is written", async ({ Database }) => {
  const db = Database.memory();
  const issues = db.collection("issues", DEFINITION);
  const queries = [{ reverse: true, limit: 5 }, { limit: 3 }, { gte: 10n, lt: 40n, limit: 4 }, { lte: 30n, reverse: true, limit: 40 }];
  const byDay = queries.map((query) => ({ query, follower: new Follower(issues.watch({ index: "day", ...query })) }));
  const byKey = new Follower(issues.watch({ reverse: true, limit: 6 }));
  let state = 12345;
  const random = (below) => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
  for (let round = 0; round < 150; round++) {
    db.transaction((tx) => {
      const within = tx.collection("issues", DEFINITION);
      for (let writes = random(6); writes >= 0; writes--) {
        const key = random(60);
        const what = random(8);
        if (what < 2) within.delete(key);
        else within.put(key, what === 2 ? { state: "open" } : { day: BigInt(random(50)), round });
      }
    });
    for (const { query, follower } of byDay) {
      await follower.follow();
      equal(follower.list, issues.by("day").scan(query).toArray(), `round ${round}`);
    }
    await byKey.follow();
    equal(byKey.list, issues.scan({ reverse: true, limit: 6 }).toArray(), `round ${round}, by key`);
  }
  for (const { follower } of byDay) follower.watch.close();
  byKey.watch.close();
});

test("a watch by an index without a limit has the rows with a value that the query selects", async ({ Database }) => {
  const issues = Database.memory().collection("issues", DEFINITION);
  issues.put(1, { state: "open" });
  const watch = issues.watch({ index: "state", prefix: "op" });
  issues.put(2, { state: "open" });
  issues.put(3, { state: "closed" });
  issues.put(2, { state: "opened" });
  issues.put(1, { state: "closed" });
  equal(await waiting(watch, 4), [
    { type: "current", entries: [[1, { state: "open" }]] },
    { type: "inserted", commit: 1n, key: 2, new: { state: "open" } },
    { type: "updated", commit: 3n, key: 2, old: { state: "open" }, new: { state: "opened" } },
    { type: "deleted", commit: 4n, key: 1, old: { state: "open" } },
  ]);
  watch.close();
});

test("a list begins again after lost changes", async ({ Database }) => {
  const issues = Database.memory().collection("issues", DEFINITION);
  const watch = issues.watch({ index: "day", limit: 2 }, { capacity: 1 });
  for (let key = 0; key < 4; key++) issues.put(key, { day: BigInt(key) });
  const events = await waiting(watch, 4);
  equal(events.map(({ type }) => type), ["current", "entered", "lagged", "current"]);
  equal([events[2].missed, events[3].entries], [3n, [[0, { day: 0n }], [1, { day: 1n }]]]);
  issues.delete(0);
  equal((await waiting(watch, 2)).map(({ type, key, at }) => [type, key, at]), [["left", 0, 0], ["entered", 2, 1]]);
  watch.close();
});

test("every kind of store has watches with a limit", async ({ Database }) => {
  const db = Database.memory();
  const bytes = new Uint8Array([1]);
  const stores = [
    [db.users, () => db.users.put({ userId: "1", username: "a" }), () => db.users.delete("1")],
    ...[db.userTable("app", "notes", "bob"), db.sharedTable("app", "t"), db.streamTable("app", "s")].map((rows) => [
      rows,
      () => rows.put("1", { n: 1 }),
      () => rows.softDelete("1"),
    ]),
    [db.partition("raw"), () => db.partition("raw").put(bytes, bytes), () => db.partition("raw").delete(bytes)],
  ];
  db.userTable("app", "notes", "al").put("0", {});
  db.userTable("app", "notes", "eve").put("0", {});
  for (const [store, put, remove] of stores) {
    const watch = store.watch({ reverse: true, limit: 1 });
    put();
    remove();
    const events = await waiting(watch, 3);
    equal(events.map(({ type, at }) => [type, at]), [["current", undefined], ["entered", 0], ["left", 0]]);
    equal([events[0].entries, events[2].old], [[], events[1].new]);
    watch.close();
  }
});

test("a row that can't be read leaves its watch, with its error", async (api) => {
  const db = api.Database.memory();
  const rows = db.collection("rows", { key: "string" });
  for (const key of ["1", "2", "3", "4"]) rows.put(key, { n: 1n });
  const all = rows.watch();
  const list = rows.watch({ limit: 3 });
  await db.import(PARTLY_DAMAGED, { replace: true });
  const told = async (watch, count) => {
    const events = [];
    while (events.length < count) events.push(await watch.next().then(({ value: { type, key } }) => [type, key].join(" "), ({ code }) => code));
    return events;
  };
  equal(await told(all, 7), ["current ", "updated 1", "unreadable 2", "Decode", "unreadable 3", "Decode", "updated 4"]);
  equal(await told(list, 7), ["current ", "left 2", "left 3", "changed 1", "entered 4", "Decode", "Decode"]);
  rows.delete("4");
  equal(await told(list, 1), ["left 4"]);
  // A watch that begins now has the readable rows, and then the errors of the others.
  const later = rows.watch();
  equal(await told(later, 3), ["current ", "Decode", "Decode"]);
  rows.delete("2");
  equal(await told(all, 2), ["deleted 4", "discarded 2"]);
  equal(await told(later, 1), ["discarded 2"]);
  for (const watch of [all, list, later]) watch.close();
});

test("a watch by an index ends when the index changes", async (api) => {
  const db = api.Database.memory();
  const issues = db.collection("issues", DEFINITION);
  const watch = issues.watch({ index: "day", limit: 5 });
  await watch.next();
  db.defineCollection("issues", { key: "u32" });
  db.collection("issues", { key: "u32" }).put(1, { day: 1n });
  await rejects(api, "DefinitionMismatch", watch.next());
  equal((await watch.next()).done, true);
});

test("a watch by an index that there is not is refused", (api) => {
  const db = api.Database.memory();
  const issues = db.collection("issues", DEFINITION);
  for (const query of [{ index: "mayor" }, { index: "day", gte: "x" }, { index: "day", limit: -1 }, { index: 5 }, { by: "day" }]) {
    throws(api, "InvalidArgument", () => issues.watch(query));
  }
  throws(api, "InvalidArgument", () => db.users.watch({ index: "role" }));
});
