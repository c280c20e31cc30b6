import { bytes, equal, ok, test, text, throws } from "../harness.js";

function filled(api, count = 20) {
  const db = api.Database.memory();
  const partition = db.partition("p");
  partition.batch(Array.from({ length: count }, (_, i) => ({ type: "put", key: bytes(String(i).padStart(2, "0")), value: bytes(`v${i}`) })));
  return { db, partition };
}

const keys = (entries) => [...entries].map(([key]) => text(key));

test("a partition stores bytes under bytes", (api) => {
  const { partition } = filled(api);
  equal(text(partition.get(bytes("07"))), "v7");
  equal(partition.get(bytes("xx")), undefined);
  equal(partition.getMany([bytes("01"), bytes("xx"), bytes("00")]).map((value) => value && text(value)), ["v1", undefined, "v0"]);
  equal([partition.has(bytes("07")), partition.has(bytes("xx"))], [true, false]);
  equal(partition.hasMany([bytes("xx"), bytes("07"), bytes("01")]), [false, true, true]);
  partition.put(bytes("07"), new Uint8Array(0));
  equal(partition.get(bytes("07")), new Uint8Array(0));
  partition.put(new Uint8Array(0), bytes("the empty key"));
  equal(text(partition.get(new Uint8Array(0))), "the empty key");
  equal([partition.delete(bytes("07")), partition.delete(bytes("07"))], [true, false]);
});

test("a batch is executed in its order, all of it or nothing", (api) => {
  const { partition } = filled(api, 0);
  partition.batch([
    { type: "put", key: bytes("a"), value: bytes("1") },
    { type: "put", key: bytes("a"), value: bytes("2") },
    { type: "put", key: bytes("b"), value: bytes("1") },
    { type: "delete", key: bytes("b") },
  ]);
  equal([...partition.scan()].map(([key, value]) => [text(key), text(value)]), [["a", "2"]]);
  throws(api, "KeyTooLong", () =>
    partition.batch([
      { type: "delete", key: bytes("a") },
      { type: "put", key: new Uint8Array(2049), value: bytes("1") },
    ]),
  );
  throws(api, "InvalidArgument", () => partition.batch([{ type: "delete", key: bytes("a") }, { type: "put", key: "b", value: bytes("1") }]));
  throws(api, "InvalidArgument", () => partition.batch([{ type: "delete", key: bytes("a") }, { type: "put", key: bytes("b"), value: "1" }]));
  throws(api, "InvalidArgument", () => partition.batch([{ type: "insert", key: bytes("x"), value: bytes("1") }]));
  equal(keys(partition.scan()), ["a"]);
  partition.put(new Uint8Array(2048), bytes("fits"));
  equal(partition.count(), 2);
});

test("ranges have every kind of bound", (api) => {
  const { partition } = filled(api);
  const range = (range) => keys(partition.scan(range)).join();
  equal(range({ gte: bytes("05"), lt: bytes("08") }), "05,06,07");
  equal(range({ gt: bytes("05"), lte: bytes("08") }), "06,07,08");
  equal(range({ gt: bytes("17") }), "18,19");
  equal(range({ lt: bytes("02"), reverse: true }), "01,00");
  equal(range({ gt: bytes("05"), reverse: true, limit: 2 }), "19,18");
  equal(range({ prefix: bytes("1"), limit: 3 }), "10,11,12");
  equal(range({ gt: bytes("05"), lt: bytes("05") }), "");
  equal(range({ gt: bytes("x") }), "");
  equal(partition.count({ gte: bytes("05"), lt: bytes("08") }), 3);
  equal(partition.clear({ gte: bytes("05"), lt: bytes("08") }), 3);
  equal(partition.clear({ prefix: bytes("1"), reverse: true, limit: 2 }), 2);
  equal(keys(partition.scan({ gte: bytes("16") })), ["16", "17"]);
  equal(partition.clear(), 15);
  equal(partition.count(), 0);
});

test("an iterator gives groups, seeks and ends", (api) => {
  const { partition } = filled(api, 100);
  const iterator = partition.iterator({ gte: bytes("10"), lt: bytes("90") });
  partition.clear();
  equal(keys(iterator.take(2)), ["10", "11"]);
  iterator.seek(bytes("50"));
  equal(text(iterator.next().value[0]), "50");
  iterator.seek(bytes("505"));
  equal(text(iterator.next().value[0]), "51");
  iterator.seek(bytes("20"));
  equal(keys(iterator.take(30)).join(), Array.from({ length: 30 }, (_, i) => String(20 + i)).join());
  iterator.seek(bytes("95"));
  equal(iterator.next().done, true);
  iterator.seek(bytes("00"));
  equal(iterator.next().done, true);
  iterator.seek(bytes("88"));
  equal(keys(iterator), ["88", "89"]);
  equal(iterator.next().done, true);
  iterator.seek(bytes("89"));
  equal(keys(iterator.take(5)), ["89"]);
  iterator.return();
  equal(iterator.next().done, true);
  throws(api, "Closed", () => iterator.seek(bytes("88")));
});

test("a descending iterator with a limit counts across seeks", (api) => {
  const { partition } = filled(api, 100);
  const iterator = partition.iterator({ reverse: true, limit: 5 });
  equal(keys(iterator.take(2)), ["99", "98"]);
  iterator.seek(bytes("505"));
  equal(keys(iterator.take(10)), ["50", "49", "48"]);
  iterator.seek(bytes("10"));
  equal(iterator.next().done, true);
});

test("iterators of large partitions give all entries in order", (api) => {
  const db = api.Database.memory();
  const partition = db.partition("p");
  const count = 5000;
  partition.batch(Array.from({ length: count }, (_, i) => ({ type: "put", key: bytes(String(i).padStart(6, "0")), value: new Uint8Array(i % 97) })));
  let i = 0;
  for (const [key, value] of partition.scan()) {
    equal(text(key), String(i).padStart(6, "0"));
    equal(value.length, i % 97);
    i++;
  }
  equal(i, count);
  for (const [key] of partition.scan({ reverse: true })) equal(text(key), String(--i).padStart(6, "0"));
  equal(i, 0);
  const wide = db.partition("wide");
  for (let i = 0; i < 10; i++) wide.put(bytes(`${i}`), new Uint8Array(50_000).fill(i));
  equal([...wide.scan()].map(([, value]) => value[49_999]).join(""), "0123456789");
});

test("keys and values must be bytes", (api) => {
  const { partition } = filled(api);
  for (const wrong of ["00", 5, null, undefined, [48, 48], new ArrayBuffer(2), new Uint16Array(1)]) {
    throws(api, "InvalidArgument", () => partition.get(wrong));
    throws(api, "InvalidArgument", () => partition.put(wrong, bytes("v")));
    throws(api, "InvalidArgument", () => partition.put(bytes("k"), wrong));
    if (wrong !== undefined) throws(api, "InvalidArgument", () => partition.count({ gt: wrong }));
  }
  throws(api, "InvalidArgument", () => partition.getMany(bytes("00")));
});
