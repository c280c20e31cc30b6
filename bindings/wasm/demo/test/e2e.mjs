// The page, driven as its users would, in Chromium: `node test/e2e.mjs <built page> <folder for screenshots>`.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { Database } from "keyloft";

import { launch, serve } from "../../tests/browser/chromium.mjs";
import { check, equal, finish, until } from "./checks.mjs";
import { answer, as, dark, equip, front, go, hand, ids, press, reload, row, shows } from "./tabs.mjs";

const [dist, shots] = process.argv.slice(2).map((path) => resolve(path));
if (shots === undefined) throw new Error("name the folder of the built page, and one for screenshots");
mkdirSync(shots, { recursive: true });

const CITIES = "#/shared/atlas/cities";
const USERS = "#/system/users";
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 700, height: 900 };

/** The keys that the data set has to give, in the order of their bytes. */
const keys = readFileSync(fileURLToPath(new URL("../../../../tests/data/cities.tsv", import.meta.url)), "utf8")
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => line.split("\t"))
  .map(([id, , country]) => `${country}-${id.padStart(8, "0")}`)
  .sort();
const icelandic = keys.filter((key) => key.startsWith("IS-"));

const server = await serve({ "/": dist, "/keyloft/": fileURLToPath(new URL("../node_modules/keyloft/", import.meta.url)) });
// Not a secure origin, as the browser sees it.
const browser = await launch({ flags: ["--host-resolver-rules=MAP insecure.test 127.0.0.1"] });
const pages = [];

/** Opens a tab. */
async function open(path, base = server.url) {
  const page = await browser.open(`${base}/index.html${path}`);
  await page.resize(WIDE.width, WIDE.height);
  await equip(page);
  pages.push(page);
  return page;
}

async function shot(page, name, size = WIDE) {
  await front(page);
  await page.screenshot(join(shots, `${name}.png`), size);
}

const count = keys.length.toLocaleString("en-US");
const page = await open("");
try {
  await check("the page's own server has the files of the page, and no others", async () => {
    const child = spawn("node", [fileURLToPath(new URL("../serve.mjs", import.meta.url)), dist, "--port", "0"]);
    try {
      const said = await new Promise((resolve) => child.stdout.setEncoding("utf8").once("data", resolve));
      const [url] = said.match(/http:\S+/);
      const answers = async (path) => {
        const { status, headers } = await fetch(url + path);
        return [status, headers.get("content-type")];
      };
      equal(await answers(""), [200, "text/html; charset=utf-8"]);
      for (const name of readdirSync(join(dist, "assets"))) {
        const [status, type] = await answers(`assets/${name}`);
        equal([status, type === "application/octet-stream"], [200, false], name);
        if (name.endsWith(".wasm")) equal(type, "application/wasm");
      }
      for (const path of ["nothing", "%2e%2e/package.json", "..%2fpackage.json", "%ff"]) equal((await answers(path))[0], 404, path);
    } finally {
      child.kill();
    }
  });

  await check("an empty database offers to load the data set", async () => {
    await until(() => hand(page, "has", "Nothing is stored yet"), "no welcome");
    await shot(page, "1-empty");
  });

  await check("the data set is loaded, with progress", async () => {
    await press(page, "Load 34,006 cities");
    const seen = new Set();
    await until(async () => {
      const part = await page.evaluate(() => document.querySelector("progress")?.value);
      if (part !== undefined && part !== null && !seen.has(part)) {
        seen.add(part);
        if (seen.size === 3) await shot(page, "2-loading");
      }
      return part === undefined || part === null;
    }, "it is still loading");
    equal([...seen].every((part, i, all) => i === 0 || part >= all[i - 1]), true, "progress goes forward");
    equal(seen.size >= 3, true, `progress was seen ${seen.size} times`);
    await shows(page, "position", `1–50 of ${count}`);
    equal(await ids(page), keys.slice(0, 50));
  });

  await check("the tables are listed with their counts", async () => {
    const listed = Object.fromEntries(await hand(page, "tables"));
    equal(listed["atlas:cities"], count);
    equal([listed["atlas:favourites"], listed["atlas:viewers"], listed.users, listed.tables, listed.jobs, listed.visits, listed.flags], ["3", "10", "5", "3", "3", "4", "5"]);
    await until(() => hand(page, "has", `${(keys.length + 38).toLocaleString("en-US")} entries · `), "no size");
    await press(page, "Close");
    await shot(page, "3-cities");
  });

  await check("pages go both ways", async () => {
    const turn = async (name, from) => {
      await press(page, name);
      await shows(page, "ids", keys.slice(from, from + 50));
    };
    await turn("Next page", 50);
    await turn("Next page", 100);
    await turn("Previous page", 50);
    await turn("Next page", 100);
    await turn("Next page", 150);
    await turn("Previous page", 100);
    await turn("Previous page", 50);
    await turn("Previous page", 0);
    equal(await hand(page, "disabled", "Previous page"), true);
    await press(page, "Last page");
    await shows(page, "ids", keys.slice(-50));
    equal(await hand(page, "disabled", "Next page"), true);
    await turn("Previous page", keys.length - 100);
    await turn("Previous page", keys.length - 150);
    await press(page, "Next page");
    await shows(page, "ids", keys.slice(-100, -50));
    await turn("First page", 0);
  });

  await check("the order can be turned round", async () => {
    const back = keys.toReversed();
    await press(page, "From the first key up");
    await shows(page, "ids", back.slice(0, 50));
    await press(page, "Next page");
    await shows(page, "ids", back.slice(50, 100));
    await press(page, "Last page");
    await shows(page, "ids", back.slice(-50));
    await press(page, "From the last key down");
    await shows(page, "ids", keys.slice(0, 50));
  });

  await check("a prefix filters", async () => {
    await hand(page, "type", "#filter", "IS-");
    await shows(page, "ids", icelandic);
    await shows(page, "position", `1–${icelandic.length} of ${icelandic.length}`);
    equal(await page.evaluate(() => location.hash), `${CITIES}?prefix=IS-`);
    await hand(page, "type", "#filter", "nowhere");
    await until(() => hand(page, "has", 'No key begins with "nowhere".'), "no word of it");
    await hand(page, "type", "#filter", "IS-");
    await shows(page, "ids", icelandic);
  });

  const reykjavik = "IS-03413829";
  const other = await open(`${CITIES}?prefix=IS-`);
  await check("a second tab shows the same", async () => {
    await shows(other, "ids", icelandic);
    await until(() => hand(other, "watching"), "it doesn't watch");
  });

  await check("an edit is stored, and shows in the other tab as it happens", async () => {
    await hand(page, "edit", reykjavik, "population", "139875");
    await shows(page, "cell", "139875", reykjavik, "population");
    await shows(other, "cell", "139875", reykjavik, "population");
    await until(() => hand(other, "fed", `updated${reykjavik}population 118918 → 139875`), "the feed doesn't tell of it");
    await hand(other, "edit", reykjavik, "name", "Reykjavík, seen");
    await shows(page, "cell", "Reykjavík, seen", reykjavik, "name");
    await shot(page, "4-live");
  });

  await check("what the column doesn't hold is refused, and nothing is written", async () => {
    await hand(page, "edit", reykjavik, "population", "many");
    await until(() => hand(page, "refused", null, '"many" is not what the column holds'), "not refused");
    await hand(page, "edit", reykjavik, "population", "9".repeat(20));
    await until(() => hand(page, "refused", "InvalidArgument", "out of the range of 64-bit integers"), "not refused");
    await shot(page, "5-refused");
    await hand(page, "escape");
    equal(await hand(page, "cell", reykjavik, "population"), "139875");
  });

  await check("a user is looked up by name, in any case", async () => {
    await go(page, USERS, "u-1002");
    await hand(page, "lookup", "BOB");
    await until(() => hand(page, "answered", "u-1002"), "Bob isn't found");
    await shot(page, "6-lookup");
    await hand(page, "lookup", "nobody");
    await until(() => hand(page, "answered", 'Nobody is called "nobody".'), "somebody is found");
  });

  await check("the library's own words refuse what a system table can't take", async () => {
    await hand(page, "edit", "u-1002", "username", "ALICE");
    await until(() => hand(page, "refused", "UniqueViolation", "`alice` is taken"), "not refused");
    await hand(page, "escape");
    await hand(page, "edit", "u-1002", "role", "chief");
    await until(() => hand(page, "refused", "InvalidArgument", 'must be one of user, service, dba, system, not "chief"'), "not refused");
    await hand(page, "escape");
    await go(page, "#/system/namespaces", "atlas");
    await hand(page, "remove", "atlas");
    await until(() => hand(page, "noticed", "InUse", "it has tables"), "not refused");
    await go(page, "#/collection/visits", "u-1001 · 1780272000000");
    await hand(page, "edit", "u-1001 · 1780272000000", "ticket", "KL-0002");
    await until(() => hand(page, "refused", "UniqueViolation", "`KL-0002` is taken"), "not refused");
    await hand(page, "escape");
  });

  await check("a row is deleted, put back, and deleted again", async () => {
    await go(page, `${CITIES}?prefix=IS-`, reykjavik);
    const gone = icelandic[2];
    const left = icelandic.filter((key) => key !== gone);
    await hand(page, "remove", gone);
    await shows(page, "ids", left);
    await shows(other, "ids", left);
    await press(page, "Undo");
    await shows(page, "ids", icelandic);
    await shows(other, "ids", icelandic);
    await hand(other, "remove", gone);
    await shows(page, "ids", left);
    icelandic.splice(2, 1);
  });

  await check("after a reload everything is still there", async () => {
    await reload(page);
    await shows(page, "ids", icelandic);
    equal(await hand(page, "cell", reykjavik, "population"), "139875");
    equal(await hand(page, "cell", reykjavik, "name"), "Reykjavík, seen");
  });

  await check("principals are refused what they may not do", async () => {
    await as(page, "Alice (user)");
    await row(page, reykjavik);
    await hand(page, "edit", reykjavik, "population", "1");
    await until(() => hand(page, "refused", "AccessDenied", "user `u-1001` may not write"), "not refused");
    await hand(page, "escape");
    await hand(page, "remove", reykjavik);
    await until(() => hand(page, "noticed", "AccessDenied", "may not write"), "not refused");
    await page.evaluate((hash) => void (location.hash = hash), USERS);
    await until(() => hand(page, "denied", "AccessDenied", "user `u-1001` may not read partition `system_users`"), "not refused");
    await shot(page, "7-denied");
    await go(page, "#/user/atlas/favourites", "FR-02988507");
    equal(await ids(page), ["FR-02988507", reykjavik]);
    await as(page, "Importer (service)");
    await until(() => hand(page, "has", "Nothing is stored here."), "rows of others");
    await page.evaluate((hash) => void (location.hash = hash), USERS);
    await until(() => hand(page, "denied", "AccessDenied", "service `u-2001`"), "not refused");
    await as(page, "Root (dba)");
    await row(page, "u-9001");
    await as(page, "the program itself");
    await row(page, "u-9001");
  });

  await check("one tab leads, and when it goes another does", async () => {
    const states = async () => [await hand(page, "state"), await hand(other, "state")].sort().join();
    await until(async () => (await states()) === "another tab leads,this tab leads", "not one of the two leads");
    const leader = (await hand(page, "state")) === "this tab leads" ? page : other;
    const follower = leader === page ? other : page;
    await reload(leader);
    await shows(follower, "state", "this tab leads");
    await shows(leader, "state", "another tab leads");
    await go(follower, `${CITIES}?prefix=IS-`, reykjavik);
    await go(leader, `${CITIES}?prefix=IS-`, reykjavik);
    await hand(leader, "edit", reykjavik, "admin1", "39!");
    await shows(follower, "cell", "39!", reykjavik, "admin1");
  });

  let file;
  let digest;
  await check("the file is downloaded, and opens elsewhere", async () => {
    file = await hand(page, "download").then((base64) => Buffer.from(base64, "base64"));
    const db = await Database.fromBytes(file);
    digest = db.digest();
    equal(db.sharedTable("atlas", "cities").count(), keys.length - 1);
    equal(db.sharedTable("atlas", "cities").get(reykjavik).row.population, 139875n);
    equal(db.users.findByUsername("bob").userId, "u-1002");
    db.close();
  });

  await check("a file that is none is refused, and the data is kept", async () => {
    for (const rubbish of [Buffer.from("rubbish"), file.subarray(0, 100_000), Buffer.alloc(200_000, 7)]) {
      await hand(page, "upload", rubbish.toString("base64"), "rubbish.redb");
      await until(() => hand(page, "noticed", null, ""), "not refused");
      const code = await page.evaluate(() => document.querySelector(".notice .problem")?.dataset.code);
      equal(["NotADatabase", "Corrupted"].includes(code), true, `refused with ${code}`);
      await press(page, "Close");
    }
    await shows(page, "ids", icelandic);
  });

  await check("everything is deleted, once that is confirmed", async () => {
    await front(page);
    await press(page, "Delete everything");
    await answer(page, "Cancel");
    await shows(page, "ids", icelandic);
    await as(other, "Alice (user)");
    await press(page, "Delete everything");
    await answer(page, "Delete everything");
    await until(() => hand(page, "has", "Nothing is stored yet"), "something is left");
    await until(() => hand(other, "has", "Nothing is stored yet"), "the other tab still shows rows");
    await shows(other, "asking", "the program itself");
  });

  await check("a file is uploaded, and everything is back", async () => {
    await hand(page, "upload", file.toString("base64"), "atlas.redb");
    await until(() => hand(page, "asked", digest), "not asked");
    await shot(page, "8-upload");
    await answer(page, "Replace");
    await go(page, `${CITIES}?prefix=IS-`, reykjavik);
    await shows(page, "ids", icelandic);
    await row(other, reykjavik);
    const db = await Database.fromBytes(Buffer.from(await hand(page, "download"), "base64"));
    equal(db.digest(), digest);
    db.close();
  });

  await check("the file is made smaller, and holds the same", async () => {
    await press(page, "Compact the file");
    await until(() => hand(page, "has", "Compacted: "), "it is not compacted");
    await until(async () => (await hand(page, "idle")) && (await hand(page, "ids")).length === icelandic.length, "the rows are gone");
    const smaller = Buffer.from(await hand(page, "download"), "base64");
    equal(smaller.length < file.length, true, "the file is smaller");
    const db = await Database.fromBytes(smaller);
    equal(db.digest(), digest);
    db.close();
  });

  await check("it is used by keyboard alone", async () => {
    await hand(page, "key", "/");
    equal(await page.evaluate(() => document.activeElement?.id), "filter");
    await hand(page, "type", "#filter", "");
    await shows(page, "ids", keys.slice(0, 50));
    await hand(page, "key", "Enter");
    for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "F2"]) await hand(page, "key", key);
    equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), `name of ${keys[2]}`);
    await hand(page, "key", "Escape");
    equal(await page.evaluate(() => document.activeElement?.dataset.column), "name");
    await hand(page, "key", "PageDown");
    await shows(page, "ids", keys.slice(50, 100));
  });

  await check("it is shown in the dark, and where there is little room", async () => {
    await press(page, "First page");
    await row(page, keys[0]);
    await dark(page, true);
    await shot(page, "9-dark");
    await shot(page, "10-dark-narrow", NARROW);
    await dark(page, false);
    await shot(page, "11-narrow", NARROW);
    equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "nothing sticks out");
    await press(page, "Tables");
    await new Promise((resolve) => setTimeout(resolve, 300));
    await shot(page, "12-narrow-tables", NARROW);
    await page.resize(WIDE.width, WIDE.height);
  });

  await check("a phone shows all of the page, and says how to edit", async () => {
    await press(page, "Clear the feed");
    for (const width of [390, 360]) {
      await page.resize(width, 800);
      const [header, needed] = await page.evaluate(() => {
        const ends = [...document.querySelectorAll(".bar > *, .files > *")].map((part) => part.getBoundingClientRect().right);
        return [Math.max(...ends) <= innerWidth, document.documentElement.scrollWidth <= innerWidth];
      });
      equal([header, needed], [true, true], `at ${width}`);
      equal(await page.evaluate(() => document.querySelector(".feed").offsetHeight < 60), true, "the empty feed is small");
      await shot(page, `phone-${width}`, { width, height: 800 });
    }
    await page.resize(WIDE.width, WIDE.height);
  });

  await check("a row is added, and another of its key is refused", async () => {
    await go(page, CITIES, keys[0]);
    const add = (key, name) =>
      page.evaluate(
        async (key, name) => {
          const until = async (holds) => {
            while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
          };
          document.querySelector(".toolbar .add").click();
          await until(() => document.querySelector("dialog[open]"));
          for (const label of document.querySelectorAll(".fields label")) {
            const value = { key, name, population: "5" }[label.textContent];
            if (value !== undefined) label.querySelector("input").value = value;
          }
          document.querySelector("dialog .primary").click();
        },
        key,
        name,
      );
    await add("AA-1", "New");
    await until(() => hand(page, "has", "Added AA-1."), "not added");
    await until(async () => (await ids(page))[0] === "AA-1", "not shown");
    await add("AA-1", "Other");
    await until(() => hand(page, "has", "there is a row AA-1 already"), "not refused");
  });

  await check("a collection is sorted by its indexes, and follows its changes", async () => {
    // Five rows have no weight, and the others share ten weights.
    const weights = [...Array(135).keys()].map((id) => (id % 27 === 26 ? null : id % 10));
    await other.evaluate(async (weights) => {
      const { Database } = await import("/keyloft/web/index.js");
      globalThis.shared = await Database.open("demo");
      globalThis.shelf = globalThis.shared.collection("shelf", { key: "u32", index: { weight: "i64", tags: ["string"] } });
      await shelf.putMany(weights.map((weight, id) => [id, { name: `thing ${id}`, tags: ["a", "b"], ...(weight !== null && { weight: BigInt(weight) }) }]));
    }, weights);
    const sorted = () => [...weights.keys()].filter((id) => weights[id] !== null).sort((a, b) => weights[a] - weights[b] || a - b).map(String);
    await reload(page);
    await go(page, "#/table/shelf", "0");
    equal(await hand(page, "sorted"), [["key ↑", "ascending"], ["name", null], ["tags", null], ["weight", "none"]]);
    await press(page, "weight");
    await shows(page, "ids", sorted().slice(0, 50));
    await shows(page, "position", "1–50 of 130 · 5 without weight");
    equal(await hand(page, "sorted"), [["key", "none"], ["name", null], ["tags", null], ["weight ↑", "ascending"]]);
    equal(await page.evaluate(() => document.querySelector("#filter").checkVisibility()), false, "the filter is of keys");
    for (const [name, from, to] of [["Next page", 50, 100], ["Next page", 100, 130], ["Previous page", 50, 100], ["Last page", 80, 130], ["Previous page", 30, 80], ["First page", 0, 50]]) {
      await press(page, name);
      await shows(page, "ids", sorted().slice(from, to));
    }
    await shot(page, "15-sorted");
    await other.evaluate(async () => void (await shelf.update(0, (row) => { row.weight = 9n; })));
    weights[0] = 9;
    await shows(page, "ids", sorted().slice(0, 50));
    await until(() => hand(page, "fed", "left0"), "the feed does not tell that the row has left the page");
    await press(page, "weight ↑");
    await shows(page, "ids", sorted().reverse().slice(0, 50));
    await press(page, "Last page");
    await shows(page, "ids", sorted().reverse().slice(80));
    await other.evaluate(async () => void (await shelf.delete(10)));
    weights[10] = null;
    await shows(page, "position", "80–129 of 129 · 5 without weight");
    for (const width of [390, 360]) {
      await page.resize(width, 800);
      equal(await page.evaluate(() => document.querySelector(".pager").lastElementChild.getBoundingClientRect().right <= innerWidth), true, `at ${width}`);
      await shot(page, `phone-${width}-sorted`, { width, height: 800 });
    }
    await page.resize(WIDE.width, WIDE.height);
    await press(page, "key");
    await shows(page, "position", "1–50 of 134");
    await other.evaluate(async () => {
      await shared.dropCollection("shelf");
      await shared.close();
    });
    await go(page, CITIES, "AA-1");
  });

  await check("an address without a table says so", async () => {
    await page.evaluate(() => (location.hash = "#/shared/atlas/nothing"));
    await until(() => hand(page, "has", "There is no table at #/shared/atlas/nothing"), "it says nothing");
    await go(page, CITIES, "AA-1");
  });

  await check("a database that another program has for itself is locked, until it lets go", async () => {
    await other.evaluate(async () => {
      const { Database } = await import("/keyloft/web/index.js");
      globalThis.held = await Database.open("held", { tabs: "exclusive" });
    });
    const locked = await open("?database=held");
    await until(() => hand(locked, "denied", "DatabaseLocked", "held"), "no word of it");
    await shot(locked, "13-locked");
    await other.evaluate(() => globalThis.held.close());
    await press(locked, "Try again");
    await until(() => hand(locked, "has", "Nothing is stored yet"), "it is still locked");
  });

  await check("without private files it says so, and falls back to nothing", async () => {
    const { port } = new URL(server.url);
    const insecure = await open("", `http://insecure.test:${port}`);
    await until(() => hand(insecure, "denied", "StorageUnavailable", ""), "no word of it");
    await shot(insecure, "14-unavailable");
  });

  await check("nobody complained on the console", async () => {
    const complaints = pages.flatMap(({ log }) => log).filter(({ level }) => level === "error" || level === "warning");
    equal(complaints, []);
  });
} finally {
  await browser.close();
  await server.close();
}
finish();
