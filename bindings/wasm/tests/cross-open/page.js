// The browser's part of the test that opens one file natively and in Chromium.
import { equal } from "../harness.js";
import { startWorker } from "../browser/workers.js";

/**
 * Opens the native file in memory and in the browser's private files. Returns its digest, the digest after some changes,
 * and the changed files.
 */
export async function there(entry, path) {
  const bytes = new Uint8Array(await (await fetch(path)).arrayBuffer());
  const { Database, init } = await import(entry);
  await init();
  const here = await Database.fromBytes(bytes);
  const found = here.digest();
  change(here);

  await Database.upload("native", bytes);
  const worker = await startWorker(entry);
  const inFile = await worker.run(async () => {
    const { change } = await import("/cross-open/page.js");
    const db = await api.Database.openDirect("native", { mode: "open", check: true });
    const found = db.digest();
    change(db);
    const [left, open] = [db.digest(), db.file()];
    db.close();
    return { found, left, open };
  });
  worker.terminate();
  const downloaded = await Database.download("native");
  await Database.delete("native");
  equal([inFile.found, inFile.left], [found, here.digest()]);
  return {
    found,
    left: inFile.left,
    files: { "from bytes": base64(here.file()), "open in a worker": base64(inFile.open), downloaded: base64(downloaded) },
  };
}

/** Checks the native data, and makes the changes that the native program expects. */
export function change(db) {
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

function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
}
