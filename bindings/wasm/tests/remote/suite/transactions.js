import { equal, ok, rejects, test } from "../../harness.js";
import { close, hold, remote, settle } from "./setup.js";

const user = (userId) => ({ userId, username: userId });
const never = () => new Promise(() => undefined);

test("a transaction is all or nothing, and sees its own writes, which others do not", async (ends) => {
  const setup = remote(ends);
  const { there } = setup;
  const other = setup.client();
  const value = await there.transaction(async (tx) => {
    await tx.users.put(user("1"));
    equal(await tx.users.count(), 1);
    equal((await tx.users.scan().toArray()).length, 1);
    equal(await other.there.users.count(), 0);
    equal(await there.users.count(), 0);
    tx.users.put(user("2"));
    return "value";
  });
  equal([value, await other.there.users.count()], ["value", 2]);
  const mine = new Error("mine");
  const caught = await there.transaction(async (tx) => {
    await tx.users.put(user("3"));
    throw mine;
  }).catch((error) => error);
  ok(caught === mine);
  equal(await there.users.count(), 2);
  equal(await there.transaction(() => 5), 5);
  await other.connection.close();
  await close(setup);
});

test("calls that the body did not await are done before the commit, and undo it if they fail", async (ends) => {
  const setup = remote(ends);
  const { there } = setup;
  await there.transaction((tx) => {
    tx.users.put(user("1")).then(() => tx.users.put(user("2")).then(() => tx.users.put(user("3"))));
  });
  equal(await there.users.count(), 3);
  await rejects(ends, "AlreadyExists", there.transaction(async (tx) => {
    await tx.users.put(user("4"));
    tx.users.insert(user("1"));
  }));
  equal(await there.users.count(), 3);
  // The body has handled this error.
  await there.transaction(async (tx) => {
    await rejects(ends, "AlreadyExists", tx.users.insert(user("1")));
    await tx.users.put(user("5"));
  });
  equal(await there.users.count(), 4);
  await close(setup);
});

test("a failed call that nobody handled undoes the transaction, however early it was", async (ends) => {
  const setup = remote(ends);
  const { there } = setup;
  await there.users.put({ userId: "1", username: "taken" });
  const unheard = {
    put: (users) => void users.put({ userId: "y", username: "taken" }),
    insert: (users) => void users.insert(user("1")),
    update: (users) => void users.update("1", () => { throw new TypeError("mine"); }),
    unsendable: (users) => void users.put({ userId: "y", username: () => 1 }),
  };
  for (const [name, call] of Object.entries(unheard)) {
    const error = await there.transaction(async (tx) => {
      await tx.users.put(user("2"));
      call(tx.users);
      await tx.users.put(user("3"));
      return tx.users.count();
    }).then(() => "committed", (error) => error);
    equal([name, error.code ?? error.message], [name, { put: "UniqueViolation", insert: "AlreadyExists", update: "mine", unsendable: "InvalidArgument" }[name]]);
    equal(await there.users.count(), 1);
  }
  await close(setup);
});

test("the body may handle a failed call at any time", async (ends) => {
  const setup = remote(ends);
  const { there } = setup;
  await there.users.put(user("1"));
  const heard = [];
  const hear = ({ code }) => heard.push(code);
  await there.transaction(async (tx) => {
    const late = tx.users.insert(user("1"));
    await tx.users.put(user("2"));
    await late.catch(hear);
    await Promise.allSettled([tx.users.insert(user("1"))]).then(([{ reason }]) => hear(reason));
    const add = async () => tx.users.insert(user("1"));
    await add().catch(hear);
    // The answer comes when the body has ended.
    tx.users.insert(user("1")).catch(hear);
  });
  equal([heard, await there.users.count()], [Array(4).fill("AlreadyExists"), 2]);
  await close(setup);
});

test("a write that failed after a part undoes its transaction", async (ends) => {
  const setup = remote(ends);
  const { there } = setup;
  await there.users.put({ userId: "1", username: "taken" });
  await rejects(ends, "UniqueViolation", there.transaction(async (tx) => {
    await tx.users.putMany([user("2"), { userId: "3", username: "taken" }]).catch(() => undefined);
    await tx.users.put(user("4"));
  }));
  await rejects(ends, "InvalidArgument", there.transaction(async (tx) => {
    await tx.users.put(user("2"));
    // The value is refused before it is sent.
    await tx.collection("rows", { key: "string" }).putMany([["1", {}], ["2", { n: new Map() }]]).catch(() => undefined);
  }));
  equal(await there.users.count(), 1);
  await close(setup);
});

test("other writers wait in their order, and readers do not wait", async (ends) => {
  const setup = remote(ends);
  const clients = [setup.client(), setup.client(), setup.client()];
  const order = [];
  const { release, ended: first } = await hold(setup.there, (tx) => tx.users.put(user("1")));
  const waiting = clients.map(async ({ there }, i) => {
    if (i === 1) await there.transaction(async (tx) => void order.push(`transaction ${await tx.users.count()}`));
    else order.push(await there.users.put(user(`w${i}`)).then(() => `write ${i}`));
  });
  equal(await setup.there.users.count(), 0);
  equal(await clients[2].there.users.count(), 0, "a read goes past a write of the same client's that waits");
  equal(order, []);
  order.push("first");
  release();
  await Promise.all([first, ...waiting]);
  equal(order, ["first", "write 0", "transaction 2", "write 2"]);
  equal(await clients[2].there.users.count(), 3, "a read after a write of the same client's that was answered sees it");
  for (const { connection } of clients) await connection.close();
  await close(setup);
});

test("a body may read the database while a write of its client waits", async (ends) => {
  const setup = remote(ends);
  const { there } = setup;
  let written;
  await there.transaction(async (tx) => {
    await tx.users.put(user("1"));
    written = there.users.put(user("2"));
    equal(await there.users.count(), 0);
    equal(await tx.users.count(), 1);
  });
  await written;
  equal(await there.users.count(), 2);
  await close(setup);
});

test("a call that a transaction refuses fails at once, and the transaction goes on", async (ends) => {
  const setup = remote(ends, { patience: 60_000 });
  const { there } = setup;
  let waiting;
  await there.transaction(async (tx) => {
    const notes = tx.collection("notes", { key: "string" });
    await notes.put("1", { n: 1 });
    const watched = await notes.watch().next().then(() => "watched", ({ code }) => code);
    equal(watched, "UnwatchableQuery");
    waiting = there.users.put(user("1"));
    const other = await tx.collection("notes", { key: "i64" }).get(1).then(() => "got", ({ code }) => code);
    equal(other, "DefinitionMismatch");
  });
  await waiting;
  equal([await there.collection("notes", { key: "string" }).count(), await there.users.count()], [1, 1]);
  await close(setup);
});

test("a collection has the definition of the call before it, also after a call that failed", async (ends) => {
  const setup = remote(ends);
  const other = setup.client();
  const { there } = setup;
  const NEW = { key: "string", index: { n: "f64" } };
  await there.collection("notes", { key: "string" }).put("1", { n: 1 });
  const { release, ended: first } = await hold(other.there);
  const defined = there.defineCollection("notes", NEW);
  const put = there.collection("notes", NEW).put("2", { n: 2 });
  const early = other.there.collection("notes", NEW);
  equal(await early.count().then(() => "counted", ({ code }) => code), "DefinitionMismatch");
  release();
  await first;
  equal([await defined, await put, await early.by("n").count()], [true, undefined, 2]);
  await other.connection.close();
  await close(setup);
});

test("a new collection can be read while its first write waits for its turn", async (ends) => {
  const setup = remote(ends);
  const other = setup.client();
  const { release, ended: first } = await hold(setup.there);
  const notes = other.there.collection("notes", { key: "string" });
  const put = notes.put("1", { n: 1 });
  equal(await notes.count(), 0);
  await settle();
  release();
  await Promise.all([first, put]);
  equal(await notes.count(), 1);
  await other.connection.close();
  await close(setup);
});

test("updates in a transaction come one after the other, and in order with the rest", async (ends) => {
  const setup = remote(ends);
  await setup.there.transaction(async (tx) => {
    const rows = tx.sharedTable("app", "t");
    rows.put("1", { n: 0n });
    for (let i = 0; i < 10; i++) rows.update("1", (row) => void (row.n += 1n));
    const between = rows.get("1");
    rows.put("1", { n: 100n });
    rows.update("1", (row) => ({ n: row.n + 1n }));
    equal((await between).row.n, 10n);
  });
  equal((await setup.there.sharedTable("app", "t").get("1")).row.n, 101n);
  await close(setup);
});

test("the stores of a transaction can't be used after it has ended", async (ends) => {
  const setup = remote(ends);
  let kept;
  await setup.there.transaction((tx) => void (kept = tx));
  await rejects(ends, "Closed", kept.users.get("1"));
  await rejects(ends, "Closed", kept.users.update("1", () => undefined));
  await rejects(ends, "Closed", kept.users.scan().toArray());
  await rejects(ends, "UnwatchableQuery", setup.there.transaction((tx) => tx.users.watch().next()));
  await close(setup);
});

test("a silent transaction is undone, and its error says why", async (ends) => {
  const setup = remote(ends, { patience: 30 });
  const other = setup.client();
  const error = await rejects(ends, "TimedOut", setup.there.transaction(async (tx) => {
    await tx.users.put(user("1"));
    // The write waits for the end of the transaction, whose body waits for the write.
    await setup.there.users.put(user("2"));
  }));
  ok(error.message.includes("transactionTimeout"));
  equal((await other.there.users.scan().toArray()).map(({ userId }) => userId), ["2"]);
  await rejects(ends, "TimedOut", setup.there.transaction(async (tx) => {
    await tx.users.put(user("1"));
    await other.there.users.put(user("3"));
    await tx.users.put(user("4"));
  }));
  equal(await other.there.users.count(), 2);
  await other.connection.close();
  await close(setup);
});

test("the transaction of a client that is gone is undone, and its waiting writes are dropped", async (ends) => {
  const setup = remote(ends);
  const gone = setup.client();
  const waiting = setup.client();
  await hold(gone.there, (tx) => tx.users.put(user("1")));
  void waiting.there.users.put(user("2"));
  void waiting.there.transaction(never);
  const last = setup.there.users.put(user("3"));
  await settle();
  setup.server.end(waiting.name);
  setup.server.end(gone.name);
  await last;
  equal((await setup.there.users.scan().toArray()).map(({ userId }) => userId), ["3"]);
  for (const { channel } of [gone, waiting]) channel.close();
  await close(setup);
});

test("the views of principals have transactions of their own", async (ends) => {
  const setup = remote(ends);
  const bob = setup.there.as({ userId: "bob", role: "user" });
  await bob.transaction(async (tx) => {
    await tx.userTable("app", "notes").put("1", { n: 1 });
    await rejects(ends, "AccessDenied", tx.users.put(user("1")));
  });
  equal(await setup.there.userTable("app", "notes", "bob").count(), 1);
  await bob.userTable("app", "notes").update("1", (row) => void (row.n = 2));
  equal((await bob.userTable("app", "notes").get("1")).row.n, 2);
  await close(setup);
});
