// The data that the tests store, and what is read of it: an object, and any other database of the package, must agree.

import { bytes } from "../harness.js";

const LARGE = 3 << 20;

const PEOPLE = { key: "u64", index: { city: "string" }, unique: { email: "string" } };

/** Stores tables of each kind, indexes, and values that are stored in pieces. */
export function fill(db) {
  db.transaction((tx) => {
    const people = tx.collection("people", PEOPLE);
    for (let id = 0n; id < 1000n; id++) people.put(id, { email: `${id}@example.org`, city: id % 3n === 0n ? "Bern" : "Rome", age: id });
  });
  db.collection("people", PEOPLE).delete(17n);
  db.users.put({ userId: "1", username: "ada", createdAt: 1n, updatedAt: 1n });
  db.userTable("app", "drafts", "ada").put("1", { text: "milk" }, { now: 5n });
  const files = db.partition("files");
  files.put(bytes("large"), new Uint8Array(LARGE).fill(7));
  files.put(bytes(""), new Uint8Array(0));
  files.put(bytes("changed"), new Uint8Array(LARGE).fill(8));
  files.put(bytes("changed"), new Uint8Array(LARGE - 5).fill(9));
  files.put(bytes("shrunk"), new Uint8Array(LARGE).fill(1));
  files.put(bytes("shrunk"), new Uint8Array(3).fill(2));
}

/** Returns what the tables hold, as text and numbers. */
export function contents(db) {
  const people = db.collection("people", PEOPLE);
  const files = db.partition("files");
  return {
    digest: db.digest(),
    partitions: db.partitions(),
    people: people.count(),
    inBern: people.by("city").count({ prefix: "Bern" }),
    found: `${people.find("email", "999@example.org")[1].age}`,
    deleted: people.get(17n) === undefined,
    draft: db.userTable("app", "drafts", "ada").get("1").row.text,
    files: ["large", "", "changed", "shrunk"].map((name) => {
      const value = files.get(bytes(name));
      return [value.length, value.length === 0 ? 0 : value.at(-1)];
    }),
  };
}
