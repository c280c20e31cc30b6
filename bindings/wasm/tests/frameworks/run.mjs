// Bundles the applications of frameworks with Vite, and runs them in a browser: `node frameworks/run.mjs chromium`, or `firefox`,
// beside an installed `keyloft`.
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { build } from "vite";

import { complaints, openApplication } from "../browser/application.mjs";
import { equal, ok, runAll, test } from "../harness.js";

const { launch, serve } = await import(`../browser/${process.argv[2] ?? "chromium"}.mjs`);
const root = dirname(fileURLToPath(import.meta.url));
const outDir = join(root, "dist");
await build({
  root,
  configFile: false,
  logLevel: "warn",
  base: "./",
  worker: { format: "es" },
  define: { "process.env.NODE_ENV": '"development"' },
  build: { outDir, target: "es2022", minify: false, rolldownOptions: { input: ["devtools.html", "react.html", "tanstack.html"].map((name) => join(root, name)) } },
});

const server = await serve({ "/": outDir });
const browser = await launch();

/** Opens an application. */
const open = (name) => openApplication(browser, `${server.url}/${name}.html`);

try {
  test("a list in React shows the changes, also those of others, and renders the changed rows", async () => {
    const page = await open("react");
    const result = await page.evaluate(async () => {
      const shown = () => [...document.querySelectorAll("li")].map(({ textContent, className }) => `${textContent} ${className}`.trim());
      const title = () => document.querySelector("h1")?.textContent;
      const click = (selector) => document.querySelector(selector).click();
      const results = {};
      await until(() => title() === "0 tasks");
      for (let i = 0; i < 3; i++) {
        click("button");
        await until(() => title() === `${i + 1} tasks` && shown().length === i + 1);
      }
      results.added = shown();
      click("li:nth-child(2)");
      await until(() => shown()[1] === "task 1 done");
      const db = await app.other();
      const tasks = db.collection("tasks", { key: "string", index: { title: "string" } });
      await tasks.put("x", { title: "other", done: false });
      await until(() => title() === "4 tasks" && shown().length === 4);
      results.both = shown();
      const input = document.querySelector("input");
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, "task 2");
      input.dispatchEvent(new Event("input", { bubbles: true }));
      await until(() => shown().length === 1);
      results.narrowed = shown();
      await db.close();
      app.unmount();
      await until(() => document.querySelector("main") === null);
      return results;
    });
    equal(result, {
      added: ["task 0", "task 1", "task 2"],
      both: ["other", "task 0", "task 1 done", "task 2"],
      narrowed: ["task 2"],
    });
    equal(complaints(page), []);
    await page.close();
  });

  test("components are rendered on a server without a database", async () => {
    const { KeyloftProvider, useLive, useDatabase } = await import("keyloft/react");
    const { Database } = await import("keyloft/memory");
    const states = [];
    const Component = () => {
      states.push([useDatabase(), useLive((db) => db.collection("a", { key: "string" }).scan().live(), [])]);
      return createElement("p", undefined, "tasks");
    };
    const open = () => {
      throw new Error("a server opens nothing");
    };
    equal(renderToString(createElement(KeyloftProvider, { open }, createElement(Component))), "<p>tasks</p>");
    equal(states.pop(), [undefined, { value: undefined, status: "loading", error: undefined }]);
    const database = Database.memory();
    equal(renderToString(createElement(KeyloftProvider, { database }, createElement(Component))), "<p>tasks</p>");
    const [given, { value, status }] = states.pop();
    equal([given === database, value, status], [true, undefined, "loading"]);
    let message;
    try {
      renderToString(createElement(Component));
    } catch (error) {
      ({ message } = error);
    }
    equal(message, "the component has no database: render it inside of `KeyloftProvider`");
  });

  test("collections of TanStack DB follow the database, and write to it", async () => {
    const page = await open("tanstack");
    const result = await page.evaluate(async () => {
      const { db, authors, notes, authorItems, noteItems, named, insert, author } = app;
      const results = {};
      await authors.put(1, { name: "Ada" });
      await named.preload();
      const shown = () => named.toArray.map(({ noteId, text, name }) => `${noteId} ${name}: ${text}`).sort();
      await insert("n1", 1, "milk").isPersisted.promise;
      results.inserted = [shown(), await notes.get("n1")];
      // A change of the database itself, of many rows in one transaction.
      await notes.putMany([["n2", { author: 2, text: "bread" }], ["n3", { author: 1, text: "eggs" }]]);
      await until(() => shown().length === 2);
      await author(2, "Bob").isPersisted.promise;
      await until(() => shown().length === 3);
      results.joined = shown();
      const update = noteItems.update("n2", (draft) => {
        draft.text = "rye";
        draft.stars = 5;
      });
      results.atOnce = shown();
      await update.isPersisted.promise;
      results.updated = [shown(), await notes.get("n2"), await authors.get(2)];
      await noteItems.delete(["n1", "n3"]).isPersisted.promise;
      results.deleted = [shown(), (await notes.scan().toArray()).map(([key]) => key), authorItems.size];
      // A write that fails is undone.
      await notes.put("n9", { author: 1, text: "tea" });
      await until(() => noteItems.has("n9"));
      await notes.delete("n9");
      await until(() => !noteItems.has("n9"));
      await db.close();
      const failed = insert("n10", 1, "too late");
      results.failed = await failed.isPersisted.promise.then(() => "written", (error) => error.code);
      results.undone = noteItems.has("n10");
      return results;
    });
    equal(result, {
      inserted: [["n1 Ada: milk"], { author: 1, text: "milk" }],
      joined: ["n1 Ada: milk", "n2 Bob: bread", "n3 Ada: eggs"],
      atOnce: ["n1 Ada: milk", "n2 Bob: rye", "n3 Ada: eggs"],
      updated: [["n1 Ada: milk", "n2 Bob: rye", "n3 Ada: eggs"], { author: 2, stars: 5, text: "rye" }, { name: "Bob" }],
      deleted: [["n2 Bob: rye"], ["n2"], 2],
      failed: "Closed",
      undone: false,
    });
    equal(complaints(page), []);
    await page.close();
  });

  test("an application shows its own database in its page", async () => {
    const page = await open("devtools");
    const result = await page.evaluate(async () => {
      const results = {};
      const root = () => document.querySelector("#tools keyloft-devtools")?.shadowRoot;
      const text = (selector) => root()?.querySelector(selector)?.textContent ?? "";
      const row = (id) => root().querySelector(`tr[data-id="${id}"]`);
      await until(() => text(".sidebar").includes("orders") && text(".grid").length > 0);
      results.tables = [...root().querySelectorAll(".sidebar section")].map((section) => section.textContent.replace(/[0-9,]+/g, " ").trim());
      root().querySelector('[data-path="table/orders"]').click();
      await until(() => row(0) !== null && text(".notes").includes("typed table"));
      results.notes = [...root().querySelectorAll(".notes > :not(.touch)")].map(({ textContent }) => textContent).join();
      results.address = location.hash;
      await app.orders.update(1, (order) => ({ ...order, cents: 5n }));
      await until(() => row(1).textContent.includes("5") && text(".feed ol").includes("updated"));
      const cell = row(2).querySelector('[data-column="code"]');
      cell.dispatchEvent(new MouseEvent("dblclick", { bubbles: true, composed: true }));
      const input = row(2).querySelector("input");
      input.value = "changed";
      input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
      await until(async () => (await app.orders.get(2)).code === "changed");
      row(3).querySelector("button").click();
      await until(async () => (await app.orders.get(3)) === undefined);
      results.colour = getComputedStyle(row(0).querySelector("td")).color === getComputedStyle(document.querySelector("h1")).color;
      const end = app.second();
      const second = document.body.lastElementChild.shadowRoot;
      await until(() => second.querySelector(".grid")?.textContent.includes("1"));
      end();
      app.end();
      results.left = document.querySelectorAll("keyloft-devtools").length;
      return results;
    });
    equal(result, {
      tables: ["Systemusers tables jobs namespaces storages live queries", "Collectionsorders", "Partitionscache"],
      notes: "typed table,unique code,index tags of a list,index createdAt",
      address: "",
      colour: false,
      left: 0,
    });
    equal(complaints(page), []);
    await page.close();
  });

  const { failed, passed } = await runAll(undefined);
  ok(passed > 0);
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  await browser.close();
  await server.close();
  rmSync(outDir, { recursive: true });
}
