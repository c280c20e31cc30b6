// The browser's part of the test that opens one file natively and in Chromium.
import { equal } from "../harness.js";
import { startWorker } from "../browser/workers.js";
import { change } from "./change.js";

/**
 * Opens the native file in memory and in the browser's private files. Returns its digest, the digest after some changes,
 * and the changed files.
 */
export async function there(entry, path) {
  const bytes = new Uint8Array(await (await fetch(path)).arrayBuffer());
  const api = await import(entry);
  const { Database, init } = api;
  await init();
  const here = await Database.fromBytes(bytes);
  const found = here.digest();
  await change(api, here);

  await Database.upload("native", bytes);
  const worker = await startWorker(entry);
  const inFile = await worker.run(async () => {
    const { change } = await import("/cross-open/change.js");
    const db = await api.Database.openDirect("native", { mode: "open", check: true });
    const found = db.digest();
    await change(api, db);
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

function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
}
