// The rows that a process writes until it is killed.

export const NOTES = { key: "string", unique: { title: "string" } };
export const COUNT = { key: "string" };

/** Writes the transaction of this number: two notes, and the number. */
export function write(db, number) {
  db.transaction((tx) => {
    const notes = tx.collection("notes", NOTES);
    notes.put(`${number}-first`, { title: `first ${number}`, text: "x".repeat((number * 97) % 9000) });
    if (number >= 3) notes.delete(`${number - 3}-first`);
    tx.collection("count", COUNT).put("last", { number });
    notes.put(`${number}-second`, { title: `second ${number}` });
  });
}

/** Returns the number of the last transaction in the database, or -1. Throws if one is not whole. */
export function verify(db) {
  const last = db.collection("count", COUNT).get("last")?.number ?? -1;
  const notes = db.collection("notes", NOTES);
  const expected = new Set();
  for (let number = 0; number <= last; number++) {
    if (number > last - 3) expected.add(`${number}-first`);
    expected.add(`${number}-second`);
  }
  for (const [key, { title }] of notes.scan()) {
    if (!expected.delete(key)) throw new Error(`${key} should not be there, after ${last}`);
    if (notes.find("title", title)?.[0] !== key) throw new Error(`${title} is not found`);
  }
  if (expected.size > 0) throw new Error(`${[...expected]} are missing, after ${last}`);
  return last;
}
