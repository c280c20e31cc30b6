// The page, whose stores take turns with those of its worker.
import { Contest } from "./contest.mjs";
import { collectionOnPage } from "./keyloft.mjs";

const worker = new Worker("worker.mjs", { type: "module" });
const waiting = [];
worker.onmessage = ({ data: { error, value } }) => {
  const { resolve, reject } = waiting.shift();
  if (error === undefined) resolve(value);
  else reject(new Error(error));
};
worker.onerror = ({ message }) => waiting.shift()?.reject(new Error(message));

/** Has the contest in the worker do this. */
function inWorker(method, ...args) {
  return new Promise((resolve, reject) => {
    waiting.push({ resolve, reject });
    worker.postMessage({ method, args });
  });
}

const onPage = new Contest();

/** Opens all stores of a table, with or without indexes. Returns their names. */
globalThis.begin = async (paths, indexed) => {
  const theirs = await inWorker("begin", paths, indexed);
  const ours = indexed ? [] : await onPage.add([await collectionOnPage(paths)]);
  return [...theirs, ...ours];
};

/** Gives a store its turn. Returns the time in milliseconds. */
globalThis.turn = (name, row, round) => (onPage.has(name) ? onPage.turn(name, row, round) : inWorker("turn", name, row, round));

/** Closes all stores. */
globalThis.end = async () => {
  await inWorker("end");
  await onPage.end();
};
