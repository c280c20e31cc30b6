// Tabs that speak different versions of the messages between tabs.
import { equal, ok, test } from "../harness.js";
import { open, tab } from "./tab.mjs";

const NEXT = "?package=/keyloft-next";

const nextTab = () => tab(undefined, false, NEXT);
/** Opens the database in a tab; returns the role, or the code and the text of the error. */
const attempt = (page, name, options = {}) =>
  page.evaluate(
    async (name, options) => {
      if (options.worker) options.worker = eval(options.worker);
      try {
        globalThis.db = await keyloft.Database.open(name, options);
        return db.role;
      } catch (error) {
        return [error.code, error.message];
      }
    },
    name,
    options,
  );
const close = (page) => page.evaluate(() => db.close());

test("a leader refuses a tab of a newer version, which is told to reload the leader's tab", async () => {
  const old = await open("version");
  const next = await nextTab();
  const [code, message] = await attempt(next, "version");
  equal(code, "VersionMismatch");
  ok(message.includes("version 1") && message.includes("version 2") && message.includes("reload the other tab"), message);
  await old.evaluate(() => db.users.put({ userId: "1", username: "1" }));
  await close(old);
  equal(await attempt(next, "version"), "leader");
  equal(await next.evaluate(() => db.users.count()), 1);
  await old.close();
  await next.close();
});

test("a leader refuses a tab of an older version, which is told to reload itself", async () => {
  const next = await nextTab();
  equal(await attempt(next, "version-old"), "leader");
  const old = await tab();
  const [code, message] = await attempt(old, "version-old");
  equal(code, "VersionMismatch");
  ok(message.includes("reload this tab"), message);
  equal(await next.evaluate(() => db.users.count()), 0);
  await old.close();
  await next.close();
});

test("a tab that is served ends with an error when a leader of another version takes over", async () => {
  const served = await open("version-takeover");
  const stranger = await tab();
  const error = await served.evaluate(async () => {
    const channel = new BroadcastChannel("keyloft.broadcast:version-takeover");
    channel.postMessage({ notice: "leading", leader: "stranger", version: 2 });
    for (const end = performance.now() + 10_000; !db.closed && performance.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 10));
    channel.close();
    return db.users.count().then(
      () => "answered",
      (error) => error.code,
    );
  });
  equal(error, "VersionMismatch");
  await served.close();
  await stranger.close();
});

test("a worker of another version than its page is refused", async () => {
  const page = await tab();
  const [code, message] = await attempt(page, "version-worker", { worker: '() => new Worker("/keyloft-next/web/keyloft/worker.js", { type: "module" })' });
  equal(code, "VersionMismatch");
  ok(message.includes("one release"), message);
  equal(await attempt(page, "version-worker"), "leader");
  await page.close();
});
