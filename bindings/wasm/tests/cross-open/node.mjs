// One database file, opened natively and in Node, and back: `node node.mjs <the program cross_open>`, beside an installed `keyloft`.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import * as api from "keyloft";

import { change } from "./change.js";

const program = process.argv[2];
if (program === undefined) throw new Error("usage: node node.mjs <the program cross_open>");
const native = (...args) => execFileSync(resolve(program), args, { encoding: "utf8" }).trim();

const files = mkdtempSync(join(tmpdir(), "keyloft-cross-open-"));
try {
  const [written, changed] = [join(files, "native.redb"), join(files, "changed.redb")];
  const digest = native("write", written);
  const db = await api.Database.fromBytes(readFileSync(written));
  if (db.digest() !== digest) throw new Error(`the digest is ${digest} natively and ${db.digest()} in Node`);
  await change(api, db);
  writeFileSync(changed, db.file());
  const left = native("check", changed);
  if (db.digest() !== left) throw new Error(`the digest is ${db.digest()} in Node and ${left} natively`);
  console.log("1 passed, 0 failed");
} catch (error) {
  console.error(String(error.stderr ?? error.stack ?? error));
  process.exitCode = 1;
} finally {
  rmSync(files, { recursive: true, force: true });
}
