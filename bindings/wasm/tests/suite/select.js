// Selections: conditions, an order, a limit and a projection.
import { equal, ok, test, throws } from "../harness.js";
import { PLANS } from "./plans.js";

const DEFINITION = { key: "u32", unique: { slug: "string" }, index: { city: "string", n: "i64" } };

const RANGES = {
  key: { one: { eq: 3 }, range: { gt: 3 }, all: {} },
  slug: { one: { eq: "c" }, range: { gte: "b", lt: "e" }, all: {} },
  city: { one: { gte: "Bonn", lte: "Bonn" }, range: { prefix: "B" }, all: {} },
  n: { one: { eq: 2 }, range: { lte: 3n }, all: {} },
};

/** Returns the selection that a line of the plans describes. */
export function selectOf(db, conditions, order) {
  let select = db.collection("rows", DEFINITION).select();
  for (const condition of conditions.split(" ").filter((text) => text !== "")) {
    const [name, what] = condition.split("=");
    if (name === "filter") select = select.filter(({ even }) => even === true);
    else if (what === "missing") select = select.missing(name);
    else select = name === "key" ? select.keys(RANGES.key[what]) : select.by(name, RANGES[name][what]);
  }
  if (order === "-") return select;
  return order === "function" ? select.orderWith(({ n }) => n ?? null) : select.orderBy(order);
}

const ROWS = Array.from({ length: 40 }, (_, i) => {
  const row = { even: i % 2 === 0 };
  if (i % 5 !== 0) row.slug = i < 26 ? String.fromCharCode(97 + i) : `z${i}`;
  if (i % 3 !== 0) row.city = ["Bonn", "Berlin", "Wien"][i % 4] ?? "Bonn";
  if (i % 7 !== 0) row.n = BigInt((i * 11) % 6);
  return [i, row];
});

/** Returns what a selection must find, from all rows. */
function found(conditions, order, reverse) {
  const holds = ([key, row]) =>
    conditions.split(" ").every((condition) => {
      const [name, what] = condition.split("=");
      if (name === "") return true;
      if (name === "filter") return row.even;
      const value = name === "key" ? key : row[name];
      if (what === "missing") return value === undefined;
      if (value === undefined) return false;
      if (what === "all") return true;
      const tests = { key: [(v) => v === 3, (v) => v > 3], slug: [(v) => v === "c", (v) => v >= "b" && v < "e"], city: [(v) => v === "Bonn", (v) => v[0] === "B"], n: [(v) => v === 2n, (v) => v <= 3n] };
      return tests[name][what === "one" ? 0 : 1](value);
    });
  const by = order === "function" ? "n" : order;
  const rows = ROWS.filter((entry) => holds(entry) && (order === "-" || order === "function" || entry[1][by] !== undefined));
  if (order === "-") return rows.map(([key]) => key).sort((a, b) => a - b);
  const sign = reverse ? -1 : 1;
  const before = (a, b) => (a === b ? 0 : a === undefined ? -1 : b === undefined ? 1 : a < b ? -1 : 1);
  return rows.sort((a, b) => sign * (before(a[1][by], b[1][by]) || a[0] - b[0])).map(([key]) => key);
}

test("selections have the plans of the Rust library", ({ Database }) => {
  const db = Database.memory();
  ok(PLANS.length > 100);
  for (const line of PLANS) {
    const [conditions, order, text] = line.split("|").map((part) => part.trim());
    equal(selectOf(db, conditions, order).explain().text, text, line);
  }
});

test("selections find the same entities, whatever they read", ({ Database }) => {
  const db = Database.memory();
  db.collection("rows", DEFINITION).putMany(ROWS);
  for (const line of PLANS) {
    const [conditions, order] = line.split("|").map((part) => part.trim());
    for (const reverse of [false, true]) {
      const select = reverse ? selectOf(db, conditions, order).reverse() : selectOf(db, conditions, order);
      const expected = found(conditions, order, reverse);
      const keys = select.map((_, key) => key).all();
      equal(order === "-" ? [...keys].sort((a, b) => a - b) : keys, expected, line);
      equal(select.count(), expected.length, line);
      equal(select.limit(3).map((_, key) => key).all(), keys.slice(0, 3), line);
      equal(select.limit(3).count(), Math.min(3, expected.length), line);
      equal(select.first()?.[0], keys[0], line);
      equal(select.limit(0).all(), []);
    }
  }
});

test("a selection projects, and is in snapshots and transactions", (api) => {
  const db = api.Database.memory();
  const rows = db.collection("rows", DEFINITION);
  rows.putMany(ROWS);
  const bonn = rows.select().by("city", { eq: "Bonn" }).filter(({ even }) => !even).orderBy("n").limit(2);
  const before = db.snapshot();
  equal(bonn.all(), [[11, ROWS[11][1]], [23, ROWS[23][1]]]);
  db.transaction((tx) => {
    tx.collection("rows", DEFINITION).put(99, { city: "Bonn", n: -5n });
    equal(tx.collection("rows", DEFINITION).select().by("city", { eq: "Bonn" }).orderBy("n").map(({ n }) => n).first(), -5n);
  });
  equal(before.collection("rows", DEFINITION).select().keys({ gte: 90 }).count(), 0);
  equal(bonn.map((row, key) => `${key} ${row.city}`).first(), "99 Bonn");
  equal(bonn.explain(), { reads: "index", index: "city", checks: 1, sorts: true, text: "reads the index `city`, checks 1 condition on each entity, sorts in memory" });
  // A loop that ends early reads no more.
  let seen = 0;
  for (const _ of rows.select().orderBy("n")) if (++seen === 3) break;
  equal(seen, 3);
  equal(db.table("rows").select().by("slug", { eq: "b" }).all(), [[1, ROWS[1][1]]]);
  for (const call of [
    () => rows.select().by("nothing").all(),
    () => rows.select().orderBy("nothing").explain(),
    () => rows.select().orderBy(5),
    () => rows.select().missing("nothing").count(),
    () => rows.select().keys({ limit: 5 }).all(),
    () => rows.select().by("n", { reverse: true }).count(),
    () => rows.select().by("n", { eq: 1, gt: 0 }).all(),
    () => rows.select().keys({ eq: "1" }).all(),
    () => rows.select().filter(5),
    () => rows.select().map("title"),
    () => rows.select().limit(-1),
    () => rows.select().orderWith((row) => row).all(),
  ]) {
    throws(api, "InvalidArgument", call);
  }
});

test("a selection with a limit keeps few entities, and ends early", ({ Database }) => {
  const rows = Database.memory().collection("many", { key: "u32", index: { n: "i64" } });
  rows.putMany(Array.from({ length: 5000 }, (_, i) => [i, { n: BigInt((i * 7919) % 5000), keep: i % 2 === 1 }]));
  equal(rows.select().by("n", { gte: 100 }).filter(({ keep }) => keep).limit(3).map(({ n }) => n).all().length, 3);
  equal(rows.select().keys({ lt: 4000 }).orderBy("n").reverse().limit(2).map(({ n }) => n).all().length, 2);
  const last = rows.select().orderWith(({ n, keep }) => [keep, -n]).reverse().limit(3).map(({ n, keep }) => [n, keep]).all();
  const expected = rows.scan().toArray().filter(([, { keep }]) => keep).map(([, { n }]) => n).sort((a, b) => (a < b ? -1 : 1)).slice(0, 3);
  equal(last, expected.map((n) => [n, true]));
});
