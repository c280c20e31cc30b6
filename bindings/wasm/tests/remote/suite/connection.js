import { equal, ok, rejects, test } from "../../harness.js";
import { close, remote, settle } from "./setup.js";

const user = (userId) => ({ userId, username: userId });

/** Returns another server of the same database, as one that takes over. */
const another = ({ db }, { Server }) => new Server(db);

test("the next leader gets the unanswered reads again, but not the writes", async (ends) => {
  const setup = remote(ends);
  const { there, connection } = setup;
  await there.users.put(user("1"));
  const answers = [there.users.get("1"), there.users.put(user("2")), there.users.scan().toArray(), there.snapshot()];
  for (const answer of answers) answer.catch(() => undefined);
  await Promise.resolve();
  connection.disconnect(false);
  const later = [there.users.count(), there.users.put(user("3"))];
  const next = another(setup, ends);
  setup.join(next);
  equal((await answers[0]).username, "1");
  const error = await rejects(ends, "LeaderLost", answers[1]);
  ok(error.message.includes("may have been executed"));
  ok((await answers[2]).length >= 1);
  await (await answers[3]).close();
  await Promise.all(later);
  await connection.close();
  setup.server.close();
});

test("a leader that steps down has executed no unanswered request", async (ends) => {
  const setup = remote(ends);
  const { there, connection } = setup;
  await there.users.put(user("1"));
  const { server } = setup;
  // The server ends before it reads these.
  server.end = () => undefined;
  for (const session of server.sessions.values()) session.end(true);
  const writes = Array.from({ length: 10 }, (_, i) => there.users.insert(user(`w${i}`)));
  await settle();
  const next = another(setup, ends);
  setup.join(next);
  await Promise.all(writes);
  equal(await there.users.count(), 11);
  await connection.close();
  next.close();
});

test("snapshots, transactions and iterations over changed data are lost with their leader, and others go on", async (ends) => {
  const setup = remote(ends);
  const { there, connection } = setup;
  await there.users.putMany(Array.from({ length: 3000 }, (_, i) => user(`u${i}`)));
  const snapshot = await there.snapshot();
  const iterator = there.partition("p").iterator();
  await iterator.next();
  const scans = [0, 1].map(() => there.users.scan()[Symbol.asyncIterator]());
  for (const scan of scans) await scan.next();
  const watch = there.users.watch({ prefix: "u1" });
  await watch.next();
  let tx;
  const transaction = there.transaction(async (inside) => {
    tx = inside;
    await inside.users.put(user("x"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await inside.users.put(user("y"));
  });
  transaction.catch(() => undefined);
  await settle();
  const next = another(setup, ends);
  connection.disconnect(false);
  setup.server.end(setup.name);
  setup.join(next);
  for (const asked of [snapshot.users.count(), iterator.next(), transaction, tx.users.count()]) {
    const error = await asked.then(() => "answered", (error) => error);
    equal(error.code, "LeaderLost");
    ok(error.message.includes("begin again"), error.message);
  }
  const rest = async (scan) => {
    let number = 0;
    while (!(await scan.next()).done) number++;
    return number;
  };
  equal(await rest(scans[0]), 2999);
  await there.users.delete("u0");
  await rejects(ends, "LeaderLost", rest(scans[1]));
  equal((await watch.next()).value, { type: "lagged", missed: 0n });
  const { value } = await watch.next();
  equal([value.type, value.entries.length], ["current", 1111]);
  await there.users.put(user("u1x"));
  equal((await watch.next()).value.key, "u1x");
  equal(await there.users.has("x"), false);
  await connection.close();
  next.close();
});

test("a collected iteration is released by the leader", async (ends) => {
  if (globalThis.gc === undefined) throw new Error("run with --expose-gc");
  const setup = remote(ends);
  const { there, server } = setup;
  const [session] = server.sessions.values();
  await there.users.put(user("1"));
  const before = session.held.size;
  await (async () => {
    for (let i = 0; i < 100; i++) {
      await there.userTable("app", "t", `${i}`).count();
      await there.partition("p").iterator().next();
    }
  })();
  ok(session.held.size > before + 100);
  for (let i = 0; i < 50 && session.held.size > before + 10; i++) {
    await settle();
    globalThis.gc();
  }
  ok(session.held.size <= before + 10, `${session.held.size} are held still`);
  await close(setup);
});
