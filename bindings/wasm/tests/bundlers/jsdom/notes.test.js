// An application's tests in jsdom's imitation of a browser, by Jest and by Vitest. There values may have other constructors than the
// package's own.
import { Database, KeyloftError } from "keyloft";
import { Database as InMemory, init } from "keyloft/memory";

import { visit } from "../app/visit.js";

const expected = JSON.parse(process.env.EXPECTED);

test("the tests run on a page", () => {
  expect(document.createElement("p")).toBeInstanceOf(HTMLElement);
});

test("the databases have the data that a browser's have", async () => {
  await init();
  expect(await visit(InMemory.memory())).toEqual(expected);
  const db = await Database.openMemory();
  expect(await visit(db)).toEqual(expected);
  await db.close();
});

test("a database in a file is there after it was closed", async () => {
  for (const found of [0, 3]) {
    const db = await Database.open(process.env.NOTES);
    expect(await visit(db)).toEqual({ ...expected, found });
    await db.close();
  }
});

test("values of the page are what they are", async () => {
  const db = await Database.openMemory();
  const rows = db.collection("rows", { key: "bytes", index: { at: "timestamp" } });
  const key = new Uint8Array([97]);
  const row = { at: new Date(5), raw: new Uint8Array([7]), list: [{ deep: new Date(6) }] };
  await rows.put(key, { ...row, raw: Buffer.from(row.raw) });
  expect(await rows.get(Buffer.from(key))).toEqual(row);
  expect(await rows.by("at").count({ eq: new Date(5) })).toBe(1);
  await expect(rows.put(key, { at: new Map() })).rejects.toThrow(KeyloftError);
  const file = await db.file();
  for (const source of [file, file.buffer.slice(file.byteOffset, file.byteOffset + file.length), new Blob([file])]) {
    const copy = await Database.fromBytes(source);
    expect(copy.digest()).toBe(await db.digest());
  }
  await db.close();
});

test("a live query follows the database", async () => {
  const db = await Database.openMemory();
  const rows = db.collection("rows", { key: "u32" });
  const list = rows.scan().live();
  const shown = new Promise((resolve) => list.subscribe((entries) => entries?.length === 1 && resolve(entries)));
  await rows.put(1, { title: "milk" });
  expect((await shown)[0][1].title).toBe("milk");
  await db.close();
});

test("an opening ends with the signal of the page", async () => {
  const ending = new AbortController();
  ending.abort(new Error("left"));
  await expect(Database.open(process.env.NOTES, { signal: ending.signal })).rejects.toThrow("left");
});
