import { invalid, shown } from "../error/check.js";

/** A write of a batch. */
export type Write<K, I> = { type: "put" | "insert"; key: K; value: I } | { type: "delete"; key: K };

/** Returns the write. Throws if it is not of one of these types. */
export function checkWrite<W extends { type: string }>(write: W, types: readonly W["type"][]): W {
  if (typeof write !== "object" || write === null) throw invalid(`a write of a batch must be an object, not ${shown(write)}`);
  if (!types.includes(write.type)) {
    throw invalid(`the type of a write of a batch must be ${types.map((type) => `"${type}"`).join(" or ")}, not ${shown(write.type)}`);
  }
  return write;
}

/** Returns the value. Throws unless it is a pair of a key and a row. */
export function checkPair<K, R>(pair: readonly [key: K, row: R]): readonly [key: K, row: R] {
  if (!Array.isArray(pair) || pair.length !== 2) throw invalid(`an item of \`putMany\` must be an array of a key and a row, not ${shown(pair)}`);
  return pair;
}
