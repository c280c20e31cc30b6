// Changes of the keys of a collection.
import { equal, ok, test, throws } from "../harness.js";

const OLD = { key: "u32", index: { n: "f64" } };
const NEW = { key: ["string", "u32"], index: { n: "f64" } };

function filled(api, count) {
  const db = api.Database.memory();
  db.collection("rows", OLD).putMany(Array.from({ length: count }, (_, i) => [i, { n: i % 10, who: i % 2 === 0 ? "ada" : "bob" }]));
  return db;
}

const rekey = (id, { who }) => [who, id];

test("the keys of a collection change by a function", (api) => {
  const db = filled(api, 2500);
  const before = db.collection("rows", OLD);
  const seen = [];
  equal(db.defineCollection("rows", NEW, { rekey, progress: (rows) => seen.push(rows) }), true);
  ok(seen.length > 6 && seen.at(-1) >= 5000, `${seen}`);
  const rows = db.collection("rows", NEW);
  equal([rows.count(), rows.count({ prefix: ["ada"] }), rows.by("n").count({ eq: 3 })], [2500, 1250, 250]);
  equal(rows.get(["bob", 7]), { n: 7, who: "bob" });
  throws(api, "DefinitionMismatch", () => before.get(7));
  equal(db.defineCollection("rows", NEW, { rekey }), false);
  // The data is the same as if the rows had been written under these keys.
  const made = api.Database.memory();
  made.collection("rows", NEW).putMany(rows.scan().toArray());
  equal(db.digest(), made.digest());
  equal(api.Database.memory().defineCollection("rows", NEW, { rekey }), true);
});

test("a change of keys that fails leaves the collection as it was", (api) => {
  const db = filled(api, 2500);
  const before = db.digest();
  const broken = new Error("broken");
  let calls = 0;
  const fails = (at) => (id, row) => {
    if (calls++ === at) throw broken;
    return rekey(id, row);
  };
  for (const at of [0, 1500, 2400]) {
    calls = 0;
    try {
      db.defineCollection("rows", NEW, { rekey: fails(at) });
      ok(false);
    } catch (error) {
      equal(error, broken);
    }
    equal([db.digest(), db.collection("rows", OLD).count()], [before, 2500]);
  }
  throws(api, "AlreadyExists", () => db.defineCollection("rows", NEW, { rekey: (id, { who }) => [who, id % 1200] }));
  throws(api, "InvalidArgument", () => db.defineCollection("rows", NEW, { rekey: () => 5 }));
  throws(api, "InvalidArgument", () => db.defineCollection("rows", NEW, { rekey: 5 }));
  throws(api, "DefinitionMismatch", () => db.defineCollection("rows", NEW));
  equal(db.digest(), before);
});

test("keys and rows change in one call, and keys may overlap", (api) => {
  const db = filled(api, 20);
  const next = { key: "string", index: { n: "f64" }, version: 2 };
  const migrate = ({ who, ...row }) => ({ ...row, owner: who });
  throws(api, "InvalidArgument", () => db.defineCollection("rows", next, { rekey: String }));
  equal(db.defineCollection("rows", next, { migrate, rekey: (id) => `${id}` }), true);
  equal(db.collection("rows", next).get("3"), { n: 3, owner: "bob" });
  equal(db.defineCollection("rows", { ...next, key: "bytes" }, { rekey: (id) => new TextEncoder().encode(id) }), true);
  equal(db.collection("rows", { ...next, key: "bytes" }).count(), 20);
  const signed = api.Database.memory();
  signed.collection("rows", { key: "u32" }).putMany([[1, { v: 1 }], [2 ** 31, { v: 2 }]]);
  signed.defineCollection("rows", { key: "i32" }, { rekey: (id) => (id === 1 ? -1 : 1) });
  equal(signed.collection("rows", { key: "i32" }).scan().toArray(), [[-1, { v: 1 }], [1, { v: 2 }]]);
});

test("a change of keys that was interrupted excludes other uses, and is resumed or given up", (api) => {
  const interrupted = () => {
    const db = filled(api, 2500);
    // The steps of a program that has ended in the middle.
    const steps = db.defineStep.bind(db);
    let left = 4;
    db.defineStep = (...step) => {
      if (left-- <= 0) throw new Error("ended");
      return steps(...step);
    };
    try {
      db.defineCollection("rows", NEW, { rekey });
      ok(false);
    } catch (error) {
      equal(error.message, "ended");
    }
    delete db.defineStep;
    return db;
  };
  const before = filled(api, 2500).digest();
  const db = interrupted();
  for (const definition of [OLD, NEW]) throws(api, "DefinitionMismatch", () => db.collection("rows", definition).count());
  const { message } = throws(api, "DefinitionMismatch", () => db.defineCollection("rows", OLD));
  ok(message.includes("its keys are being changed") && message.includes("abandonRekey"), message);
  equal(db.defineCollection("rows", NEW, { rekey }), true);
  equal(db.collection("rows", NEW).count(), 2500);
  const given = interrupted();
  equal(given.defineCollection("rows", OLD, { abandonRekey: true }), false);
  equal([given.digest(), given.collection("rows", OLD).count()], [before, 2500]);
  throws(api, "InvalidArgument", () => given.defineCollection("rows", OLD, { abandonRekey: 1 }));
});
