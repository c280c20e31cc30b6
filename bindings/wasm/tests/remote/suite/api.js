import { equal, ok, test } from "../../harness.js";
import { close, remote } from "./setup.js";

/** The internal members of the classes, and those that are not asked of the leader. */
const INTERNAL = new Set(
  `constructor write batchOf pageOf watchOf index indexNamed indexReads act call scanSource visibility decode read readEntries
  writeKey explainedError keyOf checkedKey within stored fields changed remove replacing isSameKey system openUncached indexOn indexAccess missingIn selectedBy selectionOf scanOf liveSelected readablePageOf askPage readInto in noun close closed stage restart exhausted end fetch load chunk`.split(/\s+/),
);

test("clients may use all public members of the classes, and no others", async (ends) => {
  const all = remote(ends);
  const { db } = all;
  const { api } = ends;
  const definition = { key: "string", unique: { a: "string" } };
  db.collection("c", definition).put("1", {});
  const pairs = [
    [db, api.DATABASE],
    [db.snapshot(), api.SNAPSHOT],
    [db.partition("p").iterator(), api.ITERATOR],
  ];
  db.transaction((tx) => pairs.push([tx, api.TRANSACTION]));
  // The objects that they give are checked as well.
  const given = {
    as: (on) => on.as({ userId: "u", role: "system" }),
    userTable: (on, own) => (own ? on.userTable("n", "t", "u") : on.userTable("n", "t")),
    userTables: (on) => on.userTables("n", "t"),
    sharedTable: (on, own) => own && on.sharedTable("n", "t"),
    streamTable: (on, own) => own && on.streamTable("n", "t"),
    collection: (on) => on.collection("c", definition),
    table: (on) => on.table("c"),
    partition: (on) => on.partition("p"),
    by: (on) => on.by("a"),
  };
  const seen = new Set();
  let checked = 0;
  for (const [on, table] of pairs) {
    const name = `${on.constructor.name} ${Object.keys(table).length}`;
    if (seen.has(name)) continue;
    seen.add(name);
    const found = new Set();
    for (let type = Object.getPrototypeOf(on); type !== Object.prototype; type = Object.getPrototypeOf(type)) {
      for (const member of Object.getOwnPropertyNames(type)) {
        if (INTERNAL.has(member)) continue;
        found.add(member);
        ok(Object.hasOwn(table, member), `${name} does not tell of ${member}`);
        const { get } = Object.getOwnPropertyDescriptor(type, member);
        equal(typeof table[member] === "object" && "getter" in table[member], get !== undefined, `${name} ${member}`);
      }
    }
    for (const [member, kind] of Object.entries(table)) {
      ok(found.has(member), `${name} has no ${member}`);
      checked++;
      if (typeof kind !== "object" || "transaction" in kind || name.startsWith("Transaction")) continue;
      const value = "getter" in kind ? on[member] : given[member](on, "partition" in table);
      if (value) pairs.push([value, "getter" in kind ? kind.getter() : kind.store()]);
    }
  }
  ok(checked > 250, `${checked} members of ${[...seen]}`);
  await close(all);
});
