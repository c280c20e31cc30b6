import type { Persistence } from "../persistence.js";
import { describe, unavailable } from "./file-error.js";

/** Asks the browser to keep the data of this site. A worker can't ask, and gets the answer to a page. */
export async function persist(): Promise<Persistence> {
  const storage = (globalThis as Partial<typeof globalThis>).navigator?.storage;
  if (typeof storage?.persisted !== "function") throw unavailable("this is not a browser, or the page is not served securely");
  try {
    const kept = (await storage.persisted()) || (typeof storage.persist === "function" && (await storage.persist()));
    return kept ? "persistent" : "evictable";
  } catch (thrown) {
    throw unavailable(`the browser refuses it, ${describe(thrown)}`, thrown);
  }
}
