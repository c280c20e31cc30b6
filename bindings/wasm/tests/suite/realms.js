// Values of another realm: of a frame, or of a context of `node:vm`, as test runners have. Their classes are others.
import { bytes, equal, test, throws } from "../harness.js";

/** Returns a function that evaluates code in another realm, or `undefined` where there is none. */
async function realm() {
  if (typeof document !== "undefined") {
    const frame = document.body.appendChild(document.createElement("iframe"));
    return (code) => frame.contentWindow.eval(code);
  }
  if (globalThis.process?.versions?.node === undefined) return undefined;
  const { createContext, runInContext } = await import("node:vm").catch(() => ({}));
  const context = createContext?.({});
  return context && ((code) => runInContext(code, context));
}

test("values of another realm are what they are", async (api) => {
  const { Database } = api;
  const theirs = await realm();
  if (theirs === undefined) return;
  const db = Database.memory();
  const rows = db.collection("rows", { key: "bytes", index: { at: "timestamp", raw: "bytes" } });
  const key = theirs("new Uint8Array([1, 2])");
  rows.put(key, theirs("({ at: new Date(5), raw: new Uint8Array([7]), list: [{ deep: new Date(6) }] })"));
  const row = { at: new Date(5), raw: new Uint8Array([7]), list: [{ deep: new Date(6) }] };
  equal(rows.get(new Uint8Array([1, 2])), row);
  equal(rows.by("at").findAll(theirs("new Date(5)")).length, 1);
  equal(rows.by("raw").count({ eq: theirs("new Uint8Array([7])") }), 1);
  equal(rows.select().orderWith(() => theirs("new Date(5)")).count(), 1);
  db.partition("p").put(theirs("new Uint8Array([1])"), theirs("new Uint8Array([2])"));
  equal(db.partition("p").get(new Uint8Array([1])), new Uint8Array([2]));
  const into = (name) => Object.assign(theirs(`new ${name}(${db.export().length})`), {});
  for (const source of [into("Uint8Array"), into("ArrayBuffer")]) {
    new Uint8Array(source.buffer ?? source).set(db.export());
    const copy = Database.memory();
    await copy.import(source);
    equal(copy.digest(), db.digest());
  }
  if (Database.openMemory !== undefined) {
    const remote = await Database.openMemory();
    const there = remote.collection("rows", { key: "bytes", index: { at: "timestamp" } });
    await there.put(key, theirs("({ at: new Date(5), raw: new Uint8Array([7]), list: [{ deep: new Date(6) }] })"));
    equal(await there.get(key), row);
    await remote.close();
  }
  throws(api, "InvalidArgument", () => rows.put(key, theirs("({ at: new Map() })")));
  throws(api, "InvalidArgument", () => rows.put(key, theirs("({ at: new Date(NaN) })")));
  throws(api, "InvalidArgument", () => rows.put(theirs("new Uint16Array(2)"), {}));
});

test("a value of a wrong type is named with its article", (api) => {
  const rows = api.Database.memory().collection("rows", { key: "bytes" });
  const { message } = throws(api, "InvalidArgument", () => rows.get(bytes("a").buffer));
  equal(message, "the value must be a Uint8Array, not an ArrayBuffer");
});
