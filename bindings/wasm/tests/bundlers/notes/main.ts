// A small application, as a user of the package writes it.
import { Database, init, KeyloftError, type Row } from "keyloft/memory";

interface Note extends Row {
  title: string;
  stars: number;
}

const NOTES = { key: ["string", "i64"], unique: { title: "string" }, index: { stars: "f64" } } as const;

await init();
const db = Database.memory();
const notes = db.collection<Note, typeof NOTES>("notes", NOTES);
notes.put(["ada", 1n], { title: "milk", stars: 3 });
notes.put(["ada", 2n], { title: "bread", stars: 5 });
notes.put(["adam", 1n], { title: "wine", stars: 4 });

let refused: string | undefined;
try {
  notes.put(["bob", 1n], { title: "milk", stars: 1 });
} catch (error) {
  if (!(error instanceof KeyloftError)) throw error;
  refused = error.code;
}

const list = document.querySelector("#notes");
for (const [[user, number], note] of notes.scan({ prefix: ["ada"], reverse: true })) {
  const item = document.createElement("li");
  item.textContent = `${user} ${number}: ${note.title}`;
  list?.append(item);
}
document.body.dataset["best"] = notes.by("stars").scan({ reverse: true, limit: 1 }).toArray()[0]?.[1].title;
document.body.dataset["refused"] = refused;

/** The tests that every runtime passes, in this bundle. */
async function runTests(): Promise<{ passed: number; failed: { name: string }[] }> {
  const [api, { runAll }] = await Promise.all([import("keyloft/memory"), import("../../harness.js"), import("../../suite/index.js")]);
  return runAll(api);
}
declare global {
  var app: { runTests: typeof runTests };
}
globalThis.app = { runTests };
