// Checks that the engine's memory does not grow without bound: `node --expose-gc node-memory.mjs`, beside an installed
// `keyloft`.
const memories = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...args) {
    super(...args);
    memories.push(this.exports.memory);
  }
};

const entry = process.argv[2] ?? "keyloft/memory";
const { Database } = await import(entry);

const pages = () => memories[0].buffer.byteLength / 65536;
const collected = async () => {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    globalThis.gc();
  }
};

let passed = 0;
let failed = 0;

/** Does the work twice. Throws if the second time took more than a few pages of memory. */
async function bounded(name, work) {
  await work();
  await collected();
  const before = pages();
  await work();
  await collected();
  const grown = pages() - before;
  console.log(`${name}: ${before} pages, ${grown} more the second time`);
  if (grown <= 16) {
    passed++;
  } else {
    failed++;
    console.error(`FAILED ${name}: it grows`);
  }
}

const db = Database.memory();
const notes = db.collection("notes", { key: "string", index: { n: "f64" } });

await bounded("100,000 times put, get and delete", () => {
  for (let i = 0; i < 100_000; i++) {
    const id = `note-${i % 100}`;
    notes.put(id, { n: i, text: "x".repeat(i % 200) });
    if (notes.get(id).n !== i) throw new Error("lost");
    notes.delete(id);
  }
});

notes.putMany(Array.from({ length: 2000 }, (_, i) => [`k${i}`, { n: i }]));

await bounded("10,000 iterators, opened and dropped", async () => {
  for (let i = 0; i < 10_000; i++) {
    notes.scan()[Symbol.iterator]().next();
    if (i % 500 === 0) {
      // Each holds the state of its time.
      notes.put("k1", { n: i });
      await collected();
    }
  }
});

await bounded("10,000 iterators, ended", () => {
  for (let i = 0; i < 10_000; i++) {
    for (const [key] of notes.scan()) {
      notes.put(key, { n: i });
      break;
    }
  }
});

await bounded("10,000 snapshots, dropped", async () => {
  for (let i = 0; i < 10_000; i++) {
    db.snapshot();
    notes.put("k1", { n: i });
    if (i % 500 === 0) await collected();
  }
});

await bounded("10,000 watches, dropped", async () => {
  for (let i = 0; i < 10_000; i++) {
    notes.watch({ prefix: "k19" });
    if (i % 500 === 0) await collected();
  }
});

await bounded("10,000 tables, opened and dropped", async () => {
  for (let i = 0; i < 10_000; i++) {
    db.userTable("app", "notes", `user-${i}`).get("1");
    if (i % 500 === 0) await collected();
  }
});

await bounded("200 databases, dropped", async () => {
  for (let i = 0; i < 200; i++) {
    const other = Database.memory();
    other.partition("p").put(new Uint8Array([1]), new Uint8Array(100_000));
    if (i % 2 === 0) other.close();
    if (i % 20 === 0) await collected();
  }
});

await bounded("large values come and go", () => {
  const partition = db.partition("large");
  for (let i = 0; i < 20; i++) partition.put(new Uint8Array([1]), new Uint8Array(4_000_000 + i));
  partition.clear();
});

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
