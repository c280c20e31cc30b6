// The changes to the file that a native program wrote.
import { equal } from "../harness.js";
import { read, refuse, watched, write } from "./typed.js";

/** Checks the native data, and makes the changes that the native program expects. */
export async function change(api, db) {
  read(api, db);
  refuse(api, db);
  await watched(api, db);
  write(db);

  const NOW = 1_795_392_000_000;
  const alice = db.users.findByUsername("ALICE");
  equal([alice.userId, alice.email, alice.role, alice.createdAt], ["1", "alice@example.org", "dba", BigInt(NOW)]);
  const notes = db.collection("notes", { key: ["string", "i64"], unique: { title: "string" }, index: { rank: "i64" } });
  equal(notes.count(), 500);
  equal(notes.get(["alice", 42]), { rank: 0n, tags: ["a", "ß"], title: "note 42", weight: 0.5 });
  equal(notes.find("title", "note 7")[0], ["alice", 7n]);
  equal(notes.by("rank").findAll(6).length, 71);
  const milk = { bytes: new Uint8Array([0, 255]), text: "milk" };
  const own = db.userTable("app", "own", "a:b");
  equal(own.get("1"), { row: milk, updated: BigInt(NOW), deleted: false });
  const [shared, stream] = [db.sharedTable("app", "shared"), db.streamTable("app", "stream")];
  equal([shared.get("1").row, stream.get("1").row], [milk, milk]);

  db.users.insert({ userId: "2", username: "bobby", createdAt: NOW + 1, updatedAt: NOW + 1 });
  db.transaction((tx) => {
    const notes = tx.collection("notes", { key: ["string", "i64"], unique: { title: "string" }, index: { rank: "i64" } });
    notes.delete(["alice", 3]);
    notes.update(["alice", 4], (note) => ({ ...note, rank: -9n }));
    notes.insert(["bob:1", -1], {
      title: "tea",
      rank: -(2n ** 63n),
      weight: -0.25,
      when: new Date(NOW),
      more: { deep: [null, true, new Uint8Array([1])] },
    });
  });
  own.put("2", { text: "bread" }, { now: NOW + 2 });
  shared.softDelete("1", { now: NOW + 3 });
  stream.put("2", { text: "bread" }, { now: NOW + 4 });
}
