// What goes wrong around a database that several tabs use: `node remote/faults.mjs chromium`, or `firefox`, beside an
// installed `keyloft`.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { equal, ok, runAll, test } from "../harness.js";

const [browserName] = process.argv.slice(2);
if (browserName === undefined) throw new Error("usage: node faults.mjs chromium|firefox");
const { launch, serve } = await import(`../browser/${browserName}.mjs`);
const installed = dirname(fileURLToPath(import.meta.resolve("keyloft/package.json")));
const server = await serve({ "/": join(dirname(fileURLToPath(import.meta.url)), "page"), "/keyloft/": installed });
const browser = await launch();

/** A tab; what it evaluates has the package as `keyloft`. */
async function tab() {
  const page = await browser.open(`${server.url}/index.html`);
  await page.evaluate(() => globalThis.ready);
  return page;
}

/** A tab that has opened the database, as `db`. */
async function open(name, options = {}) {
  const page = await tab();
  await page.evaluate(async (name, options) => {
    globalThis.db = await keyloft.Database.open(name, options);
  }, name, options);
  return page;
}

/** The code of the error that opening gives, and how long that took, in milliseconds. */
const refused = (page, name, options) =>
  page.evaluate(async (name, options) => {
    const start = performance.now();
    const code = await keyloft.Database.open(name, options).then(() => "opened", (error) => (error instanceof keyloft.KeyloftError ? error.code : String(error)));
    return { code, took: performance.now() - start };
  }, name, options);
const put = (page, id) => page.evaluate((id) => db.users.put({ userId: id, username: id }).then(() => "put", ({ code }) => code), id);
const count = (page) => page.evaluate(() => db.users.count());

test("who was refused opens nothing later", async () => {
  const first = await open("refused");
  await put(first, "1");
  const second = await tab();
  equal((await refused(second, "refused", { tabs: "exclusive", wait: 0 })).code, "DatabaseLocked");
  await first.evaluate(() => db.close());
  equal(await first.evaluate(() => keyloft.Database.delete("refused")), true);
  await new Promise((resolve) => setTimeout(resolve, 500));
  equal(await first.evaluate(() => keyloft.Database.exists("refused")), false);
  await first.close();
  await second.close();
});

test("to be refused takes no longer than it has to, nor does closing what was just opened", async () => {
  const first = await open("soon");
  const second = await tab();
  for (const [options, expected] of [[{ tabs: "exclusive", wait: 0 }, "DatabaseLocked"], [{ mode: "new" }, "DatabaseExists"]]) {
    const { code, took } = await refused(second, "soon", options);
    equal(code, expected);
    // Five seconds is how long a worker is waited for that says nothing.
    ok(took < 4500, `${expected} took ${took} ms`);
  }
  const took = await second.evaluate(async () => {
    const db = await keyloft.Database.open("soon");
    const start = performance.now();
    await db.close();
    return performance.now() - start;
  });
  ok(took < 4500, `closing took ${took} ms`);
  await first.close();
  await second.close();
});

test("options are looked at whoever leads", async () => {
  const first = await open("options");
  const second = await tab();
  for (const options of [{ mode: "bogus" }, { wait: -1 }, { check: "yes" }, { tab: "exclusive" }, [], { tabs: 5 }]) {
    equal((await refused(second, "options", options)).code, "InvalidArgument", JSON.stringify(options));
  }
  await first.close();
  await second.close();
});

test("a sandboxed frame is told that it has no such files", async () => {
  const page = await tab();
  const said = await page.evaluate(async () => {
    const script = `import("${location.origin}/keyloft/web/index.js").then(({ Database, KeyloftError }) =>
      Database.open("x").catch((error) => parent.postMessage(error instanceof KeyloftError ? error.code : String(error), "*")),
      (error) => parent.postMessage(String(error), "*"))`;
    const heard = new Promise((resolve) => addEventListener("message", ({ data }) => resolve(data), { once: true }));
    const frame = document.createElement("iframe");
    frame.sandbox = "allow-scripts";
    frame.srcdoc = `<script type="module">${script}</script>`;
    document.body.append(frame);
    return heard;
  });
  equal(said, "StorageUnavailable");
  await page.close();
});

// Only there can a quota be set.
if (browserName === "chromium") {
  test("a full quota is told as such, and once there is room again all tabs write", async () => {
    const first = await open("full");
    const second = await open("full");
    equal(await put(first, "1"), "put");
    const quota = (quotaSize) => first.send("Storage.overrideQuotaForOrigin", { origin: server.url, ...(quotaSize === undefined ? {} : { quotaSize }) });
    const usage = await first.evaluate(async () => (await navigator.storage.estimate()).usage);
    await quota(usage + (2 << 20));
    const code = await second.evaluate(async () => {
      const rows = db.collection("rows", { key: "string" });
      for (let i = 0; i < 1000; i++) {
        try {
          await rows.put(`${i}`, { bytes: new Uint8Array(100_000) });
        } catch (error) {
          return error.code;
        }
      }
      return "never full";
    });
    equal(code, "StorageFull");
    equal([await count(first), await count(second)], [1, 1]);
    await quota();
    equal([await put(second, "2"), await put(first, "3"), await count(second)], ["put", "put", 3]);
    await first.close();
    await second.close();
  });
}

const { passed, failed } = await runAll({});
process.exitCode = failed.length === 0 && passed > 0 ? 0 : 1;
await browser.close();
await server.close();
