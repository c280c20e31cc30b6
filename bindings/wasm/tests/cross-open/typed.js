// The tables with types of Rust, as JavaScript reads and writes them.
import { equal, ok, throws } from "../harness.js";

const MAX = 2n ** 64n - 1n;

const key = (number) => ({ project: "p\0q", number });

/** The issue that Rust writes under this number. */
function issue(number) {
  return {
    slug: `issue-${number}`,
    state: [null, "Open", { Moved: { to: BigInt(number) << 40n } }][number % 3],
    tags: ["all", `tag ${number % 4}`, "all"],
    lines: [{ text: "ß", count: 65535 }],
    created: BigInt(-number),
    size: [-32768, MAX],
    weight: 0.25,
    share: number - 10.5,
    sign: -128,
    grade: "é",
    picture: new Uint8Array([0, 1, 255]),
    hash: new Uint8Array([1, 2, 3, 255]),
    seen: [null, { Some: null }, { Some: true }][number % 3],
    wide: 2n ** 127n - 1n,
    counts: Object.fromEntries([["__proto__", 4294967295], ["a", 1]]),
    names: [[7, "seven"]],
    parent: null,
    owner: { user_id: "ada:1", row_id: new Uint8Array([120]) },
  };
}

/** Checks the tables that Rust wrote. */
export function read(api, db) {
  const issues = db.table("issues");
  equal([issues.count(), issues.get(key(3)), issues.get(key(99))], [20, issue(3), undefined]);
  equal(issues.scan().toArray(), Array.from({ length: 20 }, (_, i) => [key(20 - i), issue(20 - i)]));
  equal(issues.getMany([key(1), key(0), key(2)]), [issue(1), undefined, issue(2)]);
  equal(issues.count({ prefix: { project: "p\0q" } }), 20);
  equal(issues.count({ prefix: ["p"] }), 0);
  equal(issues.first({ from: key(7) })[0], key(7));
  equal(issues.find("slug", "issue-7"), [key(7), issue(7)]);
  const numbers = (entries) => entries.map(([{ number }]) => number);
  equal(numbers(issues.by("state").findAll("Open")), [19, 16, 13, 10, 7, 4, 1]);
  equal(numbers(issues.by("state").findAll({ Moved: { to: 5n << 40n } })), [5]);
  equal(issues.by("tags").findAll("tag 3").length, 5);
  equal(issues.by("tags").count(), 40);
  equal(numbers(issues.by("share").scan({ lt: -8 }).toArray()), [1, 2]);
  equal(numbers(issues.by("owner").page({ prefix: [["ada:1", new Uint8Array([120])]], limit: 2 }).entries), [20, 19]);
  equal(numbers(issues.by("state").missing()[Symbol.iterator]().take(9)), [18, 15, 12, 9, 6, 3]);
  equal([issues.by("share").first()[0].number, issues.by("share").last({ lt: 0 })[0].number], [1, 10]);
  equal(["gte", "gt", "lt", "lte", "eq"].map((bound) => issues.count({ [bound]: { project: "p\0q" } })), [20, 0, 0, 20, 20]);
  const selected = (select) => select.map((_, { number }) => number).all();
  // An entity is found once, at its lowest value or at its highest one.
  const tagged = issues.select().by("tags", { gte: "all" });
  equal([tagged.count(), tagged.explain().text, issues.by("tags").count()], [20, "reads the index `tags`", 40]);
  equal(selected(issues.select().orderBy("tags").limit(3)), [20, 19, 18]);
  equal(selected(issues.select().orderBy("tags").reverse().limit(3)), [3, 7, 11]);
  const third = issues.select().by("tags", { eq: "tag 3" }).filter(({ state }) => state === "Open").orderBy("share");
  equal([selected(third), third.explain().text], [[7, 19], "reads the index `tags`, checks 1 condition on each entity, sorts in memory"]);
  equal(issues.select().by("tags", { gt: "all" }).orderBy("tags").explain().sorts, true);
  equal(selected(issues.select().missing("state").orderWith(({ share }) => share).limit(2)), [3, 6]);
  // The second one has expired.
  const sessions = db.table("sessions");
  const lasting = [["ada", 1], ["ada", 3]].map(([user, device]) => [[user, device], { user, device, until: device === 3 ? 2n ** 63n - 1n : null }]);
  equal(sessions.scan().toArray(), lasting);
  equal([sessions.get(["ada", 2]), sessions.count({ prefix: ["ada"] })], [undefined, 2]);
  equal(db.table("texts").scan().toArray(), [[1, "milk"]]);
  equal(db.table("texts").by("length").findAll(4), [[1, "milk"]]);
  equal(sessions.select().keys({ gte: ["ada"] }).count(), 2);
  // An index by a function finds entities, but JavaScript can't check its values.
  equal(db.table("texts").select().by("length", { eq: 4 }).all(), [[1, "milk"]]);
  for (const call of [() => db.table("texts").by("length").missing(), () => db.table("texts").select().keys({ eq: 1 }).by("length").count()]) {
    const { message } = throws(api, "InvalidArgument", call);
    ok(message.includes("by a function"), message);
  }
}

/** Checks the watches of the tables. It leaves them as they were. */
export async function watched(api, db) {
  const issues = db.table("issues");
  const list = issues.watch({ index: "share", reverse: true, limit: 2 });
  const tags = issues.watch({ index: "tags", gt: "all", limit: 3 });
  issues.delete(key(20));
  issues.put(key(20), issue(20));
  const events = [];
  for await (const event of list) if (events.push(event) === 5) break;
  equal(events[0].entries, [[key(20), issue(20)], [key(19), issue(19)]]);
  equal(events.slice(1).map(({ type, key, at }) => [type, key.number, at]), [["left", 20, 0], ["entered", 18, 1], ["left", 18, 1], ["entered", 20, 0]]);
  equal((await tags.next()).value.entries, [20, 16, 12].map((number) => [key(number), issue(number)]));
  tags.close();
  const sessions = db.table("sessions").watch({ limit: 2 });
  equal((await sessions.next()).value.entries.map(([[, device]]) => device), [1, 3]);
  sessions.close();
  const { message } = throws(api, "UnwatchableQuery", () => db.table("texts").watch({ index: "length" }));
  ok(message.includes("by a function"), message);
}

/** Checks that what does not fit a table is refused. */
export function refuse(api, db) {
  const issues = db.table("issues");
  const refused = (change, part, code = "InvalidArgument") => {
    const { message } = throws(api, code, () => issues.put(key(1), { ...issue(1), ...change }));
    ok(message.includes(part), message);
  };
  refused({ slug: 5 }, "slug must be a string");
  refused({ slug: undefined }, "slug must be a string");
  refused({ size: [1] }, "size must be an array of 2");
  refused({ size: [32768, 1] }, "size[0] is 32768, out of the range from -32768 to 32767");
  refused({ size: [1, -1n] }, "size[1] is -1, out of the range");
  refused({ lines: [{ text: "x", count: 1, more: 1 }] }, 'lines[0] has no field "more": the fields are text, count');
  refused({ lines: [{ text: "x", count: 1.5 }] }, "lines[0].count is 1.5");
  refused({ state: "Closed" }, 'state must be one of "Draft", "Open", { Moved: … }');
  refused({ state: { Moved: { to: "1" } } }, "state.Moved.to");
  refused({ grade: "ab" }, "grade must be a string of one character");
  refused({ hash: new Uint8Array(3) }, "hash must be an array of 4");
  refused({ seen: true }, "seen must be null or an object with the field Some");
  refused({ counts: [] }, "counts must be an object");
  refused({ names: {} }, "names must be an array of pairs");
  refused({ parent: 5 }, "parent must be an object");
  refused({ other: 1 }, 'the entity has no field "other"');
  refused({ slug: "issue-2" }, "is taken in the unique index `slug`", "UniqueViolation");
  for (const wrong of [5, ["p\0q", 1], { project: "p" }, { project: 5, number: 1 }, { project: "p", number: -1 }, null]) {
    throws(api, "InvalidArgument", () => issues.get(wrong));
  }
  throws(api, "InvalidArgument", () => issues.by("nothing"));
  throws(api, "InvalidArgument", () => issues.find("state", "Open"));
  throws(api, "InvalidArgument", () => issues.by("state").findAll("Closed"));
  equal(issues.get(key(1)), issue(1));

  const sessions = db.table("sessions");
  for (const other of [{ user: "bob", device: 1 }, { user: "ada", device: 2 }]) {
    const { message } = throws(api, "Invalid", () => sessions.put(["ada", 1], { ...other, until: null }));
    ok(message.includes("the fields `user`, `device`"), message);
  }

  throws(api, "NotFound", () => db.table("nothing"));
  throws(api, "InvalidPartition", () => db.table("system_users"));
  throws(api, "InvalidArgument", () => db.table(5));
  const texts = db.table("texts");
  for (const call of [() => texts.put(2, "bread"), () => texts.delete(1), () => texts.by("length").deleteRange(), () => texts.deleteRange(), () => texts.putMany([[2, "x"]])]) {
    const { message } = throws(api, "ReadOnly", call);
    ok(message.includes("index `length` of `texts` is by a function"), message);
  }
  const { message } = throws(api, "Decode", () => db.table("raised").get(1));
  ok(message.includes("it has schema version 1, the table has 2"), message);
  const unknown = throws(api, "InvalidArgument", () => db.table("projects"));
  ok(unknown.message.includes("no shape of the entities of `projects`"), unknown.message);
  for (const [name, what] of [["projects", "a table of entities whose shape is unknown, with keys of text"], ["issues", "a table of #1 {slug: text"]]) {
    for (const call of [() => db.collection(name, { key: "string" }).put("x", {}), () => db.defineCollection(name, { key: "string" }), () => db.partition(name)]) {
      throws(api, "DefinitionMismatch", call);
    }
    const { message } = throws(api, "DefinitionMismatch", () => db.collection(name, { key: "string" }));
    ok(message.includes(what) && message.includes("open it with `table`"), message);
    equal(db.dropCollection(name), false);
  }
}

/** Makes the changes that Rust expects. */
export function write(db) {
  const issues = db.table("issues");
  issues.put(key(2), { ...issue(2), tags: [], share: NaN });
  issues.put(key(2), issue(2));
  issues.delete(key(3));
  db.table("sessions").insert(["ada", 4], { user: "ada", device: 4, until: 2n ** 62n });
  db.transaction((tx) => {
    const issues = tx.table("issues");
    issues.update(key(4), (issue) => ({ ...issue, state: { Moved: { to: MAX } }, tags: [] }));
    issues.insert(key(4294967295), {
      ...issue(6),
      slug: "written",
      picture: [0, 1, 255],
      state: undefined,
      share: -0,
      wide: -(2n ** 127n),
      parent: issue(5),
      owner: { user_id: "x%:", row_id: new Uint8Array([0, 255]) },
    });
  });
}
