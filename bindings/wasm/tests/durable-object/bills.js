// The rows that operations read and write, which is what an object is billed for. The README has them.
import { counting } from "./storages.js";

const PEOPLE = { key: "u64", index: { city: "string" } };

/** Returns the rows read, the rows written and the statements of each operation. */
export function bills(api, storage) {
  const counted = counting(storage);
  const bills = {};
  const bill = (name, work) => {
    counted.take();
    work();
    bills[name] = counted.take();
  };
  let db = api.Database.open({ storage: counted });
  const plain = db.collection("billed", { key: "u64" });
  const people = db.collection("billed people", PEOPLE);
  const files = db.partition("billed files");
  // The first write of a table stores its definition. After such a change, each table reads its own definition once.
  for (let i = 0; i < 2; i++) {
    plain.put(0n, { a: 0 });
    people.put(0n, { city: "Rome" });
    files.put(new Uint8Array(0), new Uint8Array(0));
  }
  plain.get(0n);
  people.by("city").findAll("Bern");

  bill("put, new", () => plain.put(1n, { a: 1 }));
  bill("put, changed", () => plain.put(1n, { a: 2 }));
  bill("put with an index, new", () => people.put(1n, { city: "Bern" }));
  bill("put with an index, same value", () => people.put(1n, { city: "Bern", age: 5 }));
  bill("put with an index, other value", () => people.put(1n, { city: "Rome" }));
  bill("1,000 puts in a transaction", () => plain.putMany(Array.from({ length: 1000 }, (_, id) => [BigInt(id + 1000), { a: id }])));
  bill("get", () => plain.get(1n));
  bill("get, absent", () => plain.get(5n));
  bill("has", () => plain.has(1n));
  bill("find by an index", () => people.by("city").findAll("Rome"));
  bill("scan of 1,000", () => plain.scan({ from: 1000n }).toArray());
  bill("first of a scan", () => plain.scan({ from: 1000n, limit: 1 }).toArray());
  bill("count of 1,000", () => plain.count({ from: 1000n }));
  bill("delete", () => plain.delete(1n));
  bill("delete with an index", () => people.delete(1n));
  bill("delete, absent", () => plain.delete(1n));
  bill("1,000 deletes by a range", () => plain.deleteRange({ from: 1000n }));
  bill("put of 3 MiB", () => files.put(new Uint8Array(1), new Uint8Array(3 << 20)));
  const snapshot = db.snapshot();
  bill("put while a snapshot is open", () => plain.put(0n, { a: 3 }));
  snapshot.close();
  db.close();
  bill("open", () => (db = api.Database.open({ storage: counted })));
  bill("first get after an opening", () => db.collection("billed", { key: "u64" }).get(0n));
  db.close();
  return bills;
}
