import { bytes, equal, ok, rejects, test } from "../../harness.js";
import { close, remote, settle } from "./setup.js";

test("bytes are copied, whatever buffer they are in", async (ends) => {
  const setup = remote(ends);
  const raw = setup.there.partition("raw");
  const buffer = new Uint8Array(1 << 20).fill(7);
  const part = buffer.subarray(10, 13);
  const shared = new Uint8Array(new SharedArrayBuffer(4)).fill(9);
  const key = bytes("key");
  const put = raw.put(key, part);
  await Promise.all([put, raw.put(bytes("shared"), shared), raw.put(bytes("node"), Buffer.from("abc"))]);
  buffer.fill(0);
  shared.fill(0);
  equal(key.length, 3);
  equal(await raw.get(key), new Uint8Array([7, 7, 7]));
  equal(await raw.get(bytes("shared")), new Uint8Array([9, 9, 9, 9]));
  equal(await raw.get(bytes("node")), bytes("abc"));
  const large = new Uint8Array(200_000).fill(3);
  await raw.put(key, large);
  equal(large.length, 200_000);
  const one = await raw.get(key);
  one.fill(0);
  equal((await raw.get(key))[5], 3);
  equal((await setup.there.export()).length > 200_000, true);
  await close(setup);
});

test("arguments are copied at the call, so later changes do not reach the database", async (ends) => {
  const setup = remote(ends);
  const rows = setup.there.sharedTable("app", "t");
  const row = { n: 0n, at: new Date(0), list: [0], map: { n: 0 }, bytes: new Uint8Array(1) };
  const puts = [];
  for (let i = 0; i < 3; i++) {
    row.n = BigInt(i);
    row.at.setTime(i);
    row.list[0] = row.map.n = row.bytes[0] = i;
    puts.push(rows.put(`${i}`, row));
  }
  await Promise.all(puts);
  for (let i = 0; i < 3; i++) {
    equal((await rows.get(`${i}`)).row, { at: new Date(i), bytes: new Uint8Array([i]), list: [i], map: { n: i }, n: BigInt(i) });
  }
  await close(setup);
});

test("without private files, the error says what to do instead", async (ends) => {
  const error = await rejects(ends, "StorageUnavailable", ends.openAsync("app"));
  ok(error.message.includes("fromBytes"), error.message);
  await rejects(ends, "InvalidArgument", ends.openAsync(5));
  await rejects(ends, "InvalidArgument", ends.openAsync("app", { tabs: "both" }));
  await rejects(ends, "InvalidArgument", ends.openAsync("app", { transactionTimeout: Infinity }));
});

test("a value that can't be sent is refused at the call", async (ends) => {
  const setup = remote(ends);
  const notes = setup.there.userTable("app", "notes", "bob");
  class Note {}
  for (const value of [() => 1, Symbol("x"), new Note(), new Map(), Promise.resolve()]) {
    const error = await rejects(ends, "InvalidArgument", notes.put("1", { value }));
    ok(error.message.includes("plain objects"), error.message);
  }
  const loop = {};
  loop.loop = loop;
  await rejects(ends, "InvalidArgument", notes.put("1", { loop }));
  await notes.put("1", { n: 1 });
  await rejects(ends, "InvalidArgument", notes.update("1", "no function"));
  await rejects(ends, "AsyncTransaction", notes.update("1", async () => ({ n: 2 })));
  await rejects(ends, "InvalidArgument", setup.there.transaction("no function"));
  equal((await notes.get("1")).row, { n: 1 });
  const detached = new Uint8Array([1]);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  const bytes = setup.there.partition("bytes");
  for (const call of [() => bytes.put(detached, detached), () => bytes.get(detached), () => notes.put("1", { detached })]) {
    await rejects(ends, "InvalidArgument", call());
  }
  await close(setup);
});

test("calls are executed in their order, awaited or not", async (ends) => {
  const setup = remote(ends);
  const { users } = setup.there;
  const answers = [];
  for (let i = 0; i < 50; i++) {
    answers.push(users.put({ userId: "1", username: `${i}` }), users.get("1").then(({ username }) => equal(username, `${i}`)));
  }
  await Promise.all(answers);
  await close(setup);
});

test("a change that throws writes nothing, and its error is thrown", async (ends) => {
  const setup = remote(ends);
  const { users } = setup.there;
  await users.put({ userId: "1", username: "a" });
  const mine = new TypeError("mine");
  const caught = await users.update("1", (user) => {
    user.email = "x";
    throw mine;
  }).catch((error) => error);
  ok(caught === mine);
  equal((await users.get("1")).email, null);
  await Promise.all(Array.from({ length: 20 }, () => users.update("1", (user) => void (user.email = `${user.email ?? ""}x`))));
  equal((await users.get("1")).email, "x".repeat(20));
  await close(setup);
});

test("other errors keep their names, messages and causes", async (ends) => {
  const setup = remote(ends);
  setup.db.digest = () => {
    throw new RangeError("too far", { cause: new ends.KeyloftError("Closed", "inner", { cause: "text" }) });
  };
  const error = await setup.there.digest().catch((error) => error);
  equal([error instanceof Error, error.name, error.message], [true, "RangeError", "too far"]);
  ok(error.cause instanceof ends.KeyloftError);
  equal([error.cause.code, error.cause.cause.message], ["Closed", "text"]);
  await close(setup);
});

test("scans go on chunk by chunk, show one state, and are released", async (ends) => {
  const setup = remote(ends);
  const { users } = setup.there;
  await users.putMany(Array.from({ length: 5000 }, (_, i) => ({ userId: `u${String(i).padStart(5, "0")}`, username: `n${i}` })));
  const begun = users.scan()[Symbol.asyncIterator]();
  await begun.next();
  await users.deleteRange({ from: "u00100" });
  let left = 1;
  while (!(await begun.next()).done) left++;
  equal(left, 5000);
  equal((await users.scan().toArray()).length, 100);
  const both = users.scan()[Symbol.asyncIterator]();
  const seen = await Promise.all(Array.from({ length: 101 }, () => both.next()));
  equal(seen.map(({ value }) => value?.userId), [...(await users.scan().toArray()).map(({ userId }) => userId), undefined]);
  for await (const user of users.scan()) {
    ok(user);
    break;
  }
  await close(setup);
});

test("each client's watch gets the changes of its query, until it is closed", async (ends) => {
  const setup = remote(ends);
  const other = setup.client();
  const watch = setup.there.users.watch({ prefix: "a" });
  equal((await watch.next()).value, { type: "current", entries: [] });
  const waiting = watch.next();
  await other.there.users.put({ userId: "b", username: "b" });
  await other.there.users.putMany(["a1", "a2", "a3"].map((userId) => ({ userId, username: userId })));
  const keys = [(await waiting).value.key, (await watch.next()).value.key, (await watch.next()).value.key];
  equal(keys, ["a1", "a2", "a3"]);
  const last = watch.next();
  watch.close();
  equal(await last, { done: true, value: undefined });
  const slow = setup.there.users.watch({}, { capacity: 2 });
  equal((await slow.next()).value.type, "current");
  for (let i = 0; i < 5; i++) await other.there.users.put({ userId: `c${i}`, username: `c${i}` });
  const types = [];
  for await (const { type } of slow) if (types.push(type) && type === "current") break;
  equal(types, ["inserted", "inserted", "lagged", "current"]);
  const open = setup.there.users.watch();
  await open.next();
  const ending = open.next();
  await other.connection.close();
  await setup.connection.close();
  equal(await ending, { done: true, value: undefined });
  await settle();
  setup.server.close();
});

test("after the close every call is an error with its code", async (ends) => {
  const setup = remote(ends);
  const { users } = setup.there;
  const last = users.put({ userId: "1", username: "a" });
  await close(setup);
  await last;
  await rejects(ends, "Closed", users.get("1"));
  await rejects(ends, "Closed", setup.there.transaction(() => 1));
  await rejects(ends, "Closed", users.scan().toArray());
  await rejects(ends, "Closed", setup.there.snapshot());
});

test("the fetched part of a scan can't be used after the close", async (ends) => {
  const setup = remote(ends);
  const notes = setup.there.collection("notes", { key: "u32" });
  await notes.putMany(Array.from({ length: 100 }, (_, i) => [i, {}]));
  const iterator = notes.scan()[Symbol.asyncIterator]();
  equal((await iterator.next()).value[0], 0);
  await close(setup);
  await rejects(ends, "Closed", iterator.next());
});
