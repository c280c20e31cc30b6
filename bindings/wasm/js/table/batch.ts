import { invalid, shown } from "../error/check.js";

/** A write of a batch. */
export type Write<K, I> = { type: "put" | "insert"; key: K; value: I } | { type: "delete"; key: K };

/** A write of a batch, if it is one of these. */
export function checkWrite<W extends { type: string }>(write: W, types: readonly W["type"][]): W {
  if (typeof write !== "object" || write === null) throw invalid(`a write of a batch is an object, not ${shown(write)}`);
  if (!types.includes(write.type)) {
    throw invalid(`a write of a batch is of the type ${types.map((type) => `"${type}"`).join(" or ")}, not ${shown(write.type)}`);
  }
  return write;
}

/** A key and what is put under it, if it is that. */
export function checkPair<K, R>(pair: readonly [key: K, row: R]): readonly [key: K, row: R] {
  if (!Array.isArray(pair) || pair.length !== 2) throw invalid(`what is put is an array of a key and a row, not ${shown(pair)}`);
  return pair;
}
