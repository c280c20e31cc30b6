// The application: each visit reads the notes. The first one writes them.
const NOTES = { key: ["string", "i64"], unique: { title: "string" }, index: { stars: "f64", tags: ["string"] } };

/** Visits a database of any kind. */
export async function visit(db) {
  const notes = db.collection("notes", NOTES);
  const found = await notes.count();
  if (found === 0) {
    await notes.putMany([
      [["ada", 1n], { title: "milk", stars: 3, tags: ["shop"], at: new Date(0) }],
      [["ada", 2n], { title: "bread", stars: 5, tags: ["shop", "bake"], photo: new Uint8Array([1, 2, 3]) }],
      [["adam", 1n], { title: "wine", stars: 4 }],
    ]);
  }
  const [best] = await notes.by("stars").scan({ reverse: true, limit: 1 }).toArray();
  const [photo] = await notes.by("tags").findAll("bake");
  return { found, best: best[1].title, photo: [...photo[1].photo].join(), digest: await db.digest() };
}
