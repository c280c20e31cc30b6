// Several tabs with one database: `node remote/tabs.mjs chromium`, or `firefox`, beside an installed `keyloft`.
import { equal, ok, test } from "../harness.js";
import { browserName, open, refused, run, server, tab, until } from "./tab.mjs";
import "./versions.mjs";

const role = (page) => page.evaluate(() => db.role);
const put = (page, id) => page.evaluate((id) => db.users.put({ userId: id, username: id }), id);
const ids = (page) => page.evaluate(async () => (await db.users.scan().toArray()).map((user) => user.userId));
/** Watches the users, and keeps the events. */
const watch = (page) =>
  page.evaluate(async () => {
    globalThis.events = [];
    const watch = db.users.watch();
    const first = await watch.next();
    events.push(first.value);
    globalThis.watching = (async () => {
      for await (const event of watch) events.push(event);
    })();
  });
const locks = (page) =>
  page.evaluate(async () => {
    const { held, pending } = await navigator.locks.query();
    return [...held, ...pending].map(({ name }) => name.replace(/[0-9a-f-]{36}/, "…")).sort();
  });
/** Throws unless these are the locks before long: the browser hears of released locks from several processes. */
const locked = async (page, expected) => {
  for (let i = 0; i < 100 && (await locks(page)).length > expected.length; i++) await new Promise((resolve) => setTimeout(resolve, 50));
  equal(await locks(page), expected);
};

test("a page opens a database, writes and reads, and finds the data again", async () => {
  const page = await open("alone");
  equal(await role(page), "leader");
  await put(page, "1");
  await page.evaluate(() => db.close());
  await locked(page, []);
  await page.evaluate(async () => {
    globalThis.db = await keyloft.Database.open("alone");
  });
  equal(await ids(page), ["1"]);
  await page.reload();
  await page.evaluate(() => globalThis.ready);
  await page.evaluate(async () => {
    globalThis.db = await keyloft.Database.open("alone");
  });
  equal(await ids(page), ["1"]);
  await page.close();
});

test("the first tab serves a second and a third, and all see the writes of any", async () => {
  const first = await open("shared");
  const second = await open("shared");
  const third = await open("shared");
  equal([await role(first), await role(second), await role(third)], ["leader", "follower", "follower"]);
  await Promise.all([watch(first), watch(third)]);
  await put(second, "2");
  await put(third, "3");
  await put(first, "1");
  for (const page of [first, second, third]) equal(await ids(page), ["1", "2", "3"]);
  for (const page of [first, third]) {
    await until(page, "events.length === 4");
    equal(await page.evaluate(() => events.map((event) => [event.type, event.key ?? null])), [
      ["current", null],
      ["inserted", "2"],
      ["inserted", "3"],
      ["inserted", "1"],
    ]);
  }
  const typed = await second.evaluate(async () => {
    try {
      await db.users.insert({ userId: "1", username: "1" });
    } catch (error) {
      return [error instanceof keyloft.KeyloftError, error.code];
    }
  });
  equal(typed, [true, "AlreadyExists"]);
  for (const page of [third, second, first]) await page.close();
});

test("an iteration goes on at the next leader if its entities are as before, and says so if they are not", async () => {
  for (const changed of [false, true]) {
    const name = `iterated ${changed}`;
    const first = await open(name);
    const second = await open(name);
    await second.evaluate(async () => {
      globalThis.people = db.collection("people", { key: "u32", index: { n: "f64" } });
      await people.putMany(Array.from({ length: 3000 }, (_, i) => [i, { n: i, bytes: new Uint8Array([i & 255]), at: new Date(i), text: "x".repeat(200) }]));
      globalThis.iterations = [people.scan(), people.by("n").scan({ reverse: true })].map((scan) => scan[Symbol.asyncIterator]());
      globalThis.seen = await Promise.all(iterations.map(async (iteration) => [(await iteration.next()).value[0], (await iteration.next()).value[0]]));
    });
    if (changed) await second.evaluate(() => people.put(1, { n: 1 }).then(() => people.put(2998, { n: 2998 })));
    await first.evaluate(() => db.close());
    const outcomes = await second.evaluate(() =>
      Promise.all(
        iterations.map(async (iteration, i) => {
          try {
            for (let next = await iteration.next(); !next.done; next = await iteration.next()) seen[i].push(next.value[0]);
            return [seen[i].length, seen[i].every((key, at) => key === (i === 0 ? at : 2999 - at))];
          } catch (error) {
            return [error.code, error.message.includes("begin")];
          }
        }),
      ),
    );
    equal(outcomes, changed ? [["LeaderLost", true], ["LeaderLost", true]] : [[3000, true], [3000, true]]);
    await first.close();
    await second.close();
  }
});

test("an upgrade ends the use of the old definition in other tabs with a clear error", async () => {
  const first = await open("upgraded");
  const second = await open("upgraded");
  await first.evaluate(() =>
    db.collection("notes", { key: "u32", index: { n: "f64" } }).putMany(Array.from({ length: 1500 }, (_, i) => [i, { n: i }])),
  );
  await second.evaluate(async () => {
    globalThis.notes = db.collection("notes", { key: "u32", index: { n: "f64" } });
    globalThis.ended = [];
    const watch = notes.watch();
    await watch.next();
    (async () => {
      for await (const { type } of watch) ended.push(type);
    })().catch(({ code }) => ended.push(code));
  });
  equal(await second.evaluate(() => notes.count()), 1500);
  // The follower migrates by a function that the leader never sees, and ends in the middle.
  const third = await open("upgraded");
  await third.evaluate(() => {
    let rows = 0;
    const migrate = ({ n }) => (++rows > 1200 ? document.body.end() : { day: `${n % 7}` });
    db.defineCollection("notes", { key: "u32", index: { day: "string" }, version: 2 }, { migrate }).catch(() => (globalThis.failed = true));
  });
  await until(third, "globalThis.failed");
  await third.close();
  const codes = await second.evaluate(async () => {
    const refusal = (call) => call().then(() => "done", ({ code, message }) => [code, message.includes("its schema version is 2 in the database, 1 in this program")]);
    return Promise.all([refusal(() => notes.count()), refusal(() => notes.put(5, { n: 1 })), refusal(() => notes.delete(5)), refusal(() => notes.scan().toArray())]);
  });
  equal(codes, Array.from({ length: 4 }, () => ["DefinitionMismatch", true]));
  await until(second, "ended.length > 0");
  equal(await second.evaluate(() => ended), ["DefinitionMismatch"]);
  const left = await first.evaluate(async () => {
    const definition = { key: "u32", index: { day: "string" }, version: 2 };
    let rows = 0;
    const changed = await db.defineCollection("notes", definition, { migrate: ({ n }) => (rows++, { day: `${n % 7}` }) });
    const notes = db.collection("notes", definition);
    return [changed, rows, await notes.count(), (await notes.by("day").findAll("3")).length];
  });
  equal(left, [true, 500, 1500, 214]);
  for (const page of [second, first]) await page.close();
});

test("nobody gets the file of an open database while another tab takes over", async () => {
  const ROUNDS = 2;
  const attempts = {
    delete: () => keyloft.Database.delete("kept"),
    upload: async () => keyloft.Database.upload("kept", await keyloft.Database.fromBytes().then((db) => db.file())),
    download: () => keyloft.Database.download("kept"),
    openDirect: () =>
      new Promise((resolve, reject) => {
        const script = `import { Database } from "${location.origin}/keyloft/web/index.js"; Database.openDirect("kept", { wait: 0 }).then((db) => { db.close(); postMessage("opened"); }, ({ code }) => postMessage(code));`;
        const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })), { type: "module" });
        worker.onmessage = ({ data }) => {
          worker.terminate();
          if (data === "opened") resolve();
          else reject({ code: data });
        };
        worker.onerror = ({ message }) => reject({ code: message });
      }),
  };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, attempt] of Object.entries(attempts)) {
      const first = await open("kept");
      const second = await open("kept");
      await put(second, name);
      const outcome = await first.evaluate(async (attempt) => {
        const run = new Function(`return (${attempt})()`);
        await db.close();
        return Promise.resolve(run()).then(() => "done", ({ code }) => code);
      }, String(attempt));
      equal([name, outcome], [name, "DatabaseLocked"]);
      ok((await ids(second)).includes(name));
      await first.close();
      await second.close();
    }
  }
  const page = await tab();
  equal(await page.evaluate(() => keyloft.Database.delete("kept")), true);
  await page.close();
});

test("two databases are independent", async () => {
  const one = await open("one");
  const two = await open("two");
  equal([await role(one), await role(two)], ["leader", "leader"]);
  await put(one, "1");
  equal(await ids(two), []);
  await one.close();
  await two.close();
});

test("a database that is open exclusively refuses other tabs, and is refused by them", async () => {
  const first = await open("exclusive", { tabs: "exclusive" });
  const second = await tab();
  const before = await locks(second);
  equal(await refused(second, "exclusive"), "DatabaseLocked");
  equal(await refused(second, "exclusive", { tabs: "exclusive" }), "DatabaseLocked");
  await locked(second, before);
  await first.evaluate(() => db.close());
  equal(await refused(second, "exclusive"), "opened");
  equal(await refused(first, "exclusive", { tabs: "exclusive" }), "DatabaseLocked");
  equal(await refused(first, "exclusive", { mode: "new" }), "DatabaseExists");
  equal(await refused(first, "exclusive"), "opened");
  await first.close();
  await second.close();
});

for (const [how, go] of [
  ["is closed", (page) => page.close()],
  ["closes it", (page) => page.evaluate(() => db.close())],
  ["goes elsewhere", (page) => page.goto("about:blank")],
  ["crashes", (page) => page.crash()],
  ["loses its worker", (page) => page.evaluate(() => workers.at(-1).terminate())],
]) {
  test(`when the leader ${how}, another tab takes over with all data`, async () => {
    const name = `takeover ${how}`;
    const first = await open(name);
    const second = await open(name);
    const third = await open(name);
    await put(first, "1");
    await put(second, "2");
    await watch(second);
    await watch(third);
    await second.evaluate(async () => {
      globalThis.snapshot = await db.snapshot();
      globalThis.iterator = db.partition("p").iterator();
      await iterator.next();
    });
    void go(first);
    // The call is made when there is no leader, or just before.
    await Promise.all([until(second, `db.role === "leader"`), ids(third)]);
    equal(await ids(second), ["1", "2"]);
    await put(third, "3");
    equal(await ids(second), ["1", "2", "3"]);
    for (const page of [second, third]) {
      await until(page, `events.at(-1).type === "inserted" && events.at(-1).key === "3"`);
      const types = await page.evaluate(() => events.map((event) => event.type));
      equal(types, ["current", "lagged", "current", "inserted"]);
      equal(await page.evaluate(() => events[2].entries.map((user) => user.userId)), ["1", "2"]);
    }
    const codes = await second.evaluate(() =>
      Promise.all([snapshot.users.count(), iterator.next()].map((promise) => promise.then(() => "answered", (error) => error.code))),
    );
    equal(codes, ["LeaderLost", "LeaderLost"]);
    if (how === "loses its worker") {
      equal(await ids(first), ["1", "2", "3"]);
      await second.close();
      await third.close();
      await until(first, `db.role === "leader"`);
      equal(await ids(first), ["1", "2", "3"]);
      await first.close();
    } else {
      await third.close();
      await second.close();
      if (how !== "is closed") await first.close();
    }
  });
}

test("a page in the back/forward cache goes on after its return, and another page opens the same data", async () => {
  const page = await open("back");
  await put(page, "1");
  await watch(page);
  await page.evaluate(() => (globalThis.kept = true));
  await page.goto(`${server.url}/index.html?other`);
  await page.evaluate(() => globalThis.ready);
  await page.evaluate(() => history.back()).catch(() => undefined);
  // A script that is evaluated during navigation is not always answered, or by an empty page.
  const back = () => page.evaluate(() => location.pathname === "/index.html" && location.search === "" && document.readyState === "complete").catch(() => false);
  while (!(await back())) await new Promise((resolve) => setTimeout(resolve, 50));
  const kept = await page.evaluate(() => globalThis.kept === true);
  // Firefox does not cache a page that holds a lock.
  equal(kept, browserName === "chromium");
  if (kept) {
    equal(await ids(page), ["1"]);
    await put(page, "2");
    await until(page, `events.at(-1).key === "2"`);
    equal(await page.evaluate(() => events.map((event) => event.type)), ["current", "lagged", "current", "inserted"]);
  } else {
    await page.evaluate(async () => {
      await ready;
      globalThis.db = await keyloft.Database.open("back");
    });
    equal(await ids(page), ["1"]);
    equal(await role(page), "leader");
  }
  await page.close();
});

test("the only tab goes on when its worker is gone", async () => {
  const page = await open("only");
  await put(page, "1");
  await page.evaluate(() => workers.at(-1).terminate());
  equal(await ids(page), ["1"]);
  equal(await role(page), "leader");
  await page.close();
});

test("no acknowledged write is lost when the leader ends, and none is done twice", async () => {
  for (let round = 0; round < 5; round++) {
    const name = `writes ${round}`;
    const first = await open(name);
    const second = await open(name);
    await second.evaluate(() => {
      globalThis.done = [];
      globalThis.unsure = [];
      globalThis.writing = true;
      globalThis.loop = (async () => {
        for (let i = 0; writing; i++) {
          // An insert that is done twice would fail.
          await db.users.insert({ userId: `${i}`, username: `${i}` }).then(
            () => done.push(`${i}`),
            (error) => unsure.push([`${i}`, error.code]),
          );
        }
      })();
    });
    await until(second, `done.length > ${20 * round}`);
    void first.close();
    await until(second, `db.role === "leader"`);
    const [done, unsure] = await second.evaluate(async () => {
      const before = done.length;
      while (done.length < before + 5) await new Promise((resolve) => setTimeout(resolve, 10));
      writing = false;
      await loop;
      return [done, unsure];
    });
    equal(unsure.filter(([, code]) => code !== "LeaderLost"), []);
    ok(unsure.length <= 1, `one write at a time, ${unsure.length} unsure`);
    const there = new Set(await ids(second));
    equal(done.filter((id) => !there.has(id)), []);
    const known = new Set([...done, ...unsure.map(([id]) => id)]);
    equal([...there].filter((id) => !known.has(id)), []);
    await second.close();
  }
});

test("the transaction of a tab that ends is undone, and others go on", async () => {
  const first = await open("left");
  const second = await open("left");
  await second.evaluate(async () => {
    await new Promise((resolve) => {
      void db.transaction(async (tx) => {
        await tx.users.put({ userId: "1", username: "1" });
        resolve();
        await new Promise(() => undefined);
      });
    });
  });
  equal(await ids(first), []);
  const waiting = put(first, "2");
  await second.close();
  await waiting;
  equal(await ids(first), ["2"]);
  await first.close();
});

test("a transaction is undone with its leader", async () => {
  const first = await open("half");
  const second = await open("half");
  const code = second.evaluate(async () => {
    try {
      await db.transaction(async (tx) => {
        await tx.users.put({ userId: "1", username: "1" });
        globalThis.begun = true;
        while (db.role === "follower") await new Promise((resolve) => setTimeout(resolve, 10));
        await tx.users.put({ userId: "2", username: "2" });
      });
    } catch (error) {
      return error.code;
    }
  });
  await until(second, "globalThis.begun");
  await first.close();
  equal(await code, "LeaderLost");
  equal(await ids(second), []);
  equal(
    await second.evaluate(() => db.transaction(async (tx) => (await tx.users.put({ userId: "3", username: "3" }), tx.users.count()))),
    1,
  );
  await second.close();
});

test("a tab that can't take over gets the reason, and another takes over", async () => {
  const first = await open("unable");
  const second = await open("unable", { wasm: "nowhere.wasm" });
  const third = await open("unable");
  await put(second, "1");
  await first.close();
  await until(third, `db.role === "leader"`);
  equal(await ids(third), ["1"]);
  await until(second, "db.closed");
  const code = await second.evaluate(() => db.users.count().catch((error) => [error instanceof keyloft.KeyloftError, error.code]));
  equal(code, [true, "NotInitialized"]);
  await second.close();
  await third.close();
});

test("a worker opens the database in its own thread", async () => {
  const page = await open("worker");
  await put(page, "1");
  const answers = await page.evaluate(async () => {
    const worker = new Worker("worker.js", { type: "module" });
    const say = (order) =>
      new Promise((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.postMessage(order);
      });
    const before = await say({ open: "worker" });
    await db.close();
    return [before, await say({ put: "2" }), await say({ close: true })];
  });
  equal(answers, [
    { role: "follower", ids: ["1"] },
    { role: "leader", ids: ["1", "2"] },
    { closed: true },
  ]);
  await locked(page, []);
  await page.close();
});

test("a worker that can't be started is a typed error, and leaves nothing behind", async () => {
  const page = await tab();
  const codes = await page.evaluate(async () => {
    const attempt = (options) =>
      keyloft.Database.open("failing", options).then(
        () => "opened",
        (error) => (error instanceof keyloft.KeyloftError ? error.code : String(error)),
      );
    return [
      await attempt({ worker: () => new Worker("nowhere.js", { type: "module" }) }),
      await attempt({
        worker: () => {
          throw new Error("no workers today");
        },
      }),
      await attempt({ wasm: "nowhere.wasm" }),
      await attempt({ mode: "open" }),
    ];
  });
  equal(codes, ["WorkerFailed", "WorkerFailed", "NotInitialized", "DatabaseMissing"]);
  await locked(page, []);
  equal(await page.evaluate(() => keyloft.Database.exists("failing")), false);
  equal(
    await page.evaluate(async () => {
      const db = await keyloft.Database.open("failing", { mode: "new", wasm: "/keyloft/web/keyloft/keyloft.wasm", worker: () => new Worker("/keyloft/web/keyloft/worker.js", { type: "module" }) });
      const { role } = db;
      await db.close();
      return role;
    }),
    "leader",
  );
  await page.close();
});

await run();
