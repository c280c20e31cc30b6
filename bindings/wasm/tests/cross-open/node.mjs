// One database file, opened natively and in Node, and back: `node node.mjs <the program cross_open>`, beside an installed `keyloft`.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import * as api from "keyloft";

import { equal, rejects, runAll, test } from "../harness.js";
import { change } from "./change.js";

const program = process.argv[2];
if (program === undefined) throw new Error("usage: node node.mjs <the program cross_open>");
const native = (...args) => execFileSync(resolve(program), args, { encoding: "utf8" }).trim();

const files = mkdtempSync(join(tmpdir(), "keyloft-cross-open-"));
const at = (name) => join(files, name);

/** Starts the program that has a file open, and returns it with the first line that it writes. */
async function holding(file) {
  const holder = spawn(resolve(program), ["hold", file], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(holder.stdout, "data");
  return [holder, String(line).trim()];
}

test("the bytes of a file go to Node and back", async () => {
  const digest = native("write", at("native.redb"));
  copyFileSync(at("native.redb"), at("in-place.redb"));
  const db = await api.Database.fromBytes(readFileSync(at("native.redb")));
  equal(db.digest(), digest);
  await change(api, db);
  writeFileSync(at("changed.redb"), db.file());
  equal(native("check", at("changed.redb")), db.digest());
});

test("a native file is changed in place", async () => {
  const db = await api.Database.openDirect(at("in-place.redb"), { mode: "open" });
  await change(api, db);
  const digest = db.digest();
  db.close();
  equal(native("check", at("in-place.redb")), digest);
});

test("a file that Node creates opens natively", async () => {
  const db = await api.Database.open(at("new.redb"));
  await db.users.put({ userId: "1", username: "ada" });
  await db.close();
  const [holder, line] = await holding(at("new.redb"));
  equal(line, "open");
  holder.stdin.end();
  await once(holder, "close");
});

test("only one of both has a file open, and a killed one gives it back", async () => {
  const file = at("new.redb");
  const [holder, line] = await holding(file);
  equal(line, "open");
  await rejects(api, "DatabaseLocked", api.Database.openDirect(file, { wait: 0 }));
  holder.kill("SIGKILL");
  await once(holder, "close");
  const db = await api.Database.openDirect(file, { wait: 0 });
  const [refused, code] = await holding(file);
  equal(code, "DatabaseLocked");
  await once(refused, "close");
  db.close();
  const [again, open] = await holding(file);
  equal(open, "open");
  again.stdin.end();
  await once(again, "close");
});

const { failed } = await runAll(api);
rmSync(files, { recursive: true });
process.exitCode = failed.length === 0 ? 0 : 1;
