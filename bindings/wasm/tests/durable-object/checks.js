// What only a database in a Durable Object does.
import { bytes, equal, ok, text, throws } from "../harness.js";
import { failing } from "./storages.js";

/** Large values, and reads beside commits. */
export function values(db) {
  const rows = db.partition("rows");
  rows.batch(Array.from({ length: 2000 }, (_, number) => ({ type: "put", key: bytes(String(number).padStart(4, "0")), value: new Uint8Array(100).fill(number) })));
  rows.put(bytes("1000"), new Uint8Array(5 << 20).fill(1));
  // It is much longer than its neighbours, so a page leaves it out.
  rows.put(bytes("1700"), new Uint8Array(20 << 10).fill(4));
  const before = db.snapshot();
  let seen = 0;
  // The scan is longer than a page, and meets each kind of change before it comes there.
  for (const [name, value] of rows.scan()) {
    const key = text(name);
    if (seen++ === 0) {
      rows.put(bytes("1000"), new Uint8Array(4 << 20).fill(2));
      rows.put(bytes("1500"), new Uint8Array(3 << 20).fill(3));
      rows.delete(bytes("1999"));
      rows.put(bytes("1998x"), new Uint8Array(1));
    }
    if (key === "1000") equal([value.length, value[9]], [5 << 20, 1]);
    if (key === "1500") equal([value.length, value[9]], [100, 1500 % 256]);
    if (key === "1700") equal([value.length, value.at(-1)], [20 << 10, 4]);
  }
  equal(seen, 2000, "the entries of the state in which the scan began");
  const old = before.partition("rows");
  equal([old.count(), old.get(bytes("1000"))[0], old.get(bytes("1500")).length, old.has(bytes("1999")), old.has(bytes("1998x"))], [2000, 1, 100, true, false]);
  before.close();
  equal([rows.count(), rows.get(bytes("1000"))[0], rows.get(bytes("1500"))[0], rows.has(bytes("1999"))], [2000, 2, 3, false]);
  equal(rows.deleteRange(), 2000);
  equal(rows.get(bytes("1000")), undefined);
}

/** One handle of a storage. */
export function handles(api, ctx, db) {
  throws(api, "DatabaseLocked", () => api.Database.open(ctx));
  db.partition("p").put(bytes("a"), new Uint8Array(1));
  for (const wrong of [undefined, null, {}, 5]) throws(api, "InvalidArgument", () => api.Database.open(wrong));
  throws(api, "InvalidArgument", () => api.Database.open(ctx, { alarms: true }));
  throws(api, "InvalidArgument", () => api.Database.open(ctx, { alarm: 1 }));
  throws(api, "InvalidArgument", () => db.evictExpired());
  equal(db.partition("p").count(), 1);
}

/** Failures of the storage. */
export function errors(api, storage) {
  const faulty = failing(storage, "the disk is gone: SQLITE_IOERR");
  const own = { sql: { exec: (query, ...bindings) => faulty.sql.exec(query.replaceAll("keyloft_", "e_"), ...bindings) }, transactionSync: faulty.transactionSync };
  const db = api.Database.open({ storage: own });
  const rows = db.partition("rows");
  rows.put(bytes("a"), new Uint8Array(1));
  faulty.failAfter(0);
  for (const call of [() => rows.get(bytes("a")), () => rows.count(), () => rows.scan().toArray(), () => db.partitions()]) {
    const error = throws(api, "Backend", call);
    ok(error.cause.message.includes("the disk is gone"), error.cause.message);
  }
  throws(api, "Backend", () => rows.put(bytes("b"), new Uint8Array(1)));
  // A commit of several statements that fails in the middle leaves nothing.
  const many = Array.from({ length: 500 }, (_, number) => ({ type: "put", key: bytes(`${number}`), value: new Uint8Array(9) }));
  faulty.failAfter(5);
  throws(api, "Backend", () => rows.batch([{ type: "delete", key: bytes("a") }, ...many]));
  faulty.failAfter(Infinity);
  equal([rows.count(), rows.get(bytes("a")).length], [1, 1]);
  // In a partition of its own, whose number is given again.
  faulty.failAfter(4);
  throws(api, "Backend", () => db.partition("failed").batch(many));
  faulty.failAfter(Infinity);
  db.partition("other").batch(many);
  equal([db.partition("failed").count(), db.partition("other").count()], [0, 500]);
  db.close();

  const full = failing(storage, "database or disk is full: SQLITE_FULL");
  const filled = api.Database.open({ storage: { ...full, sql: { exec: (query, ...bindings) => full.sql.exec(query.replaceAll("keyloft_", "f_"), ...bindings) } } });
  full.failAfter(2);
  throws(api, "StorageFull", () => filled.partition("rows").put(bytes("a"), new Uint8Array(1)));
  filled.close();

  storage.sql.exec("UPDATE e_layout SET version = 2");
  const error = throws(api, "NotADatabase", () => api.Database.open({ storage: own }));
  ok(error.message.includes("layout 2"), error.message);
  full.failAfter(0);
  throws(api, "StorageFull", () => api.Database.open({ storage: full }));
}

/** Crashes the engine of this object, and opens the database again. Returns it. */
export function crash(api, ctx, db) {
  const digest = db.digest();
  // A crash as it comes from a fault in the engine: its memory is not what it was.
  new Uint8Array(db.context.driver.instance.memory.buffer).fill(0xff);
  throws(api, "Poisoned", () => db.partition("p").put(bytes("lost"), new Uint8Array(1)));
  const error = throws(api, "Poisoned", () => db.digest());
  ok(error.message.includes("open the database of the object again"), error.message);
  const again = api.Database.open(ctx);
  equal(again.digest(), digest);
  return again;
}
