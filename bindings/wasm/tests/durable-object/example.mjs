// Runs the example of tenants' notes by its own configuration: `node durable-object/example.mjs <folder of the example>`.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Database } from "keyloft";

import { equal, ok, runAll, test } from "../harness.js";
import { ObjectRuntime } from "./runtime.mjs";

const example = process.argv[2];
const config = JSON.parse(readFileSync(join(example, "wrangler.jsonc"), "utf8").replace(/^ *\/\/.*$/gm, ""));
const { bindings } = config.durable_objects;
const created = config.migrations.flatMap((migration) => migration.new_sqlite_classes);
const classes = Object.fromEntries(bindings.map(({ name, class_name }) => [name, class_name]));
const objects = await ObjectRuntime.started(join(example, config.main), classes, { compatibilityDate: config.compatibility_date });

const fetched = (path, options) => objects.fetch(`http://notes/${path}`, options);
const signIn = async (tenant, user) => (await fetched(`${tenant}/sessions`, { method: "POST", body: user })).text();
const write = async (tenant, session, id, text) => (await fetched(`${tenant}/notes/${id}`, { method: "PUT", body: text, headers: { session } })).status;
const notes = async (tenant, author) => (await fetched(`${tenant}/notes?author=${author}`)).json();

test("the configuration gives each class SQLite storage", () => equal(created, bindings.map((binding) => binding.class_name)));

test("tenants have notes of their own, which survive a restart", async () => {
  const session = await signIn("acme", "ada");
  equal(await write("acme", session, "milk", "two litres"), 204);
  equal(await write("acme", "nobody's", "milk", "none"), 401);
  equal(await write("other", session, "milk", "none"), 401);
  equal(await notes("acme", "ada"), [{ id: "milk", text: "two litres" }]);
  equal(await notes("other", "ada"), []);
  await objects.restart();
  equal(await notes("acme", "ada"), [{ id: "milk", text: "two litres" }]);
  equal(await write("acme", session, "bread", "a loaf"), 204, "the session is stored too");
});

test("a backup imports into another database", async () => {
  const db = Database.memory();
  await db.import(new Uint8Array(await (await fetched("acme/backup")).arrayBuffer()));
  equal(db.collection("notes", { key: "string", index: { author: "string" } }).get("bread"), { author: "ada", text: "a loaf" });
});

test("sessions end, and the alarm evicts them", async () => {
  await objects.restart({ bindings: { SESSION_MILLISECONDS: 200 } });
  const session = await signIn("brief", "bob");
  const stored = async () => {
    const db = Database.memory();
    await db.import(new Uint8Array(await (await fetched("brief/backup")).arrayBuffer()));
    return db.partitions().length;
  };
  for (let wait = 0; wait < 100 && (await stored()) > 0; wait++) await new Promise((resolve) => setTimeout(resolve, 100));
  ok((await stored()) === 0, "the session is evicted");
  equal(await write("brief", session, "late", "none"), 401);
});

test("other paths are not found", async () => {
  for (const path of ["", "acme", "acme/notes/x/y"]) equal((await fetched(path, { method: "DELETE" })).status, 404);
});

try {
  const { failed, passed } = await runAll({});
  process.exitCode = failed.length === 0 && passed > 0 ? 0 : 1;
} finally {
  await objects.end();
}
