// The browser's part of the test that moves data between an object and a browser.
import { startWorker } from "../browser/workers.js";

/**
 * Imports an object's export into the browser's private files. Returns what is there, the digest of the same in a database that
 * tabs share, what is there after a change, and the export of that.
 */
export async function moved(entry, path) {
  const worker = await startWorker(entry);
  const inFile = await worker.run(async (path) => {
    const { contents } = await import("/durable-object/data.js");
    const db = await api.Database.openDirect("moved");
    await db.import(new Uint8Array(await (await fetch(path)).arrayBuffer()));
    const found = contents(db);
    db.collection("more", { key: "string" }).put("a", { from: "a browser" });
    const [changed, left] = [contents(db), db.export()];
    db.close();
    return { found, changed, left };
  }, path);
  worker.terminate();
  const { Database } = await import(entry);
  const db = await Database.open("tabs");
  await db.import(await (await fetch(path)).blob());
  const shared = await db.digest();
  await db.close();
  return { ...inFile, shared, left: await base64(inFile.left) };
}

/** Returns the bytes as text, which a page can return. */
async function base64(bytes) {
  const reader = new FileReader();
  const read = new Promise((resolve) => (reader.onload = resolve));
  reader.readAsDataURL(new Blob([bytes]));
  await read;
  return reader.result.replace(/^.*,/, "");
}
