// Orders functions by likeness, so that gzip and brotli find the repetition.
import { gzipSync } from "node:zlib";

/** The length in bytes of the pieces that are compared: an instruction or two. */
const PIECE = 4;

/**
 * The settings that are tried. How small the result is depends on chance: the best of them is a half percent below most.
 *
 * - `common`: a piece in more than this share of the functions is ignored, because it distinguishes none.
 * - `fading`: the weight of a function relative to the one after it. Compression looks back over some kilobytes only.
 * - `length`: the exponent by which a function's length lowers its likeness. Without it, all long functions would come first.
 */
const SETTINGS = [0.16, 0.25, 0.35].flatMap((common) =>
  [0.7, 0.75, 0.8].flatMap((fading) => [0.7, 0.75].map((length) => ({ common, fading, length }))),
);

/** Returns the functions' numbers in the order, of those that are tried, whose gzip is the smallest. */
export function order(functions) {
  const orders = SETTINGS.map((settings) => {
    const numbers = ordered(functions, settings);
    return { numbers, size: gzipSync(Buffer.concat(numbers.map((number) => functions[number])), { level: 9 }).length };
  });
  return orders.reduce((best, other) => (other.size < best.size ? other : best)).numbers;
}

/** Returns the distinct pieces of a function. */
function pieces(bytes) {
  const found = new Set();
  for (let at = 0; at + PIECE <= bytes.length; at++) found.add(bytes.readUInt32LE(at));
  return found;
}

/** Returns the functions' numbers in an order in which each resembles those just before it. The largest comes first. */
function ordered(functions, { common, fading, length: exponent }) {
  const users = new Map();
  for (const [place, bytes] of functions.entries()) {
    for (const piece of pieces(bytes)) {
      const list = users.get(piece);
      if (list === undefined) users.set(piece, [place]);
      else list.push(place);
    }
  }
  const shared = functions.map(() => []);
  const weights = new Float64Array(functions.length).fill(1);
  for (const places of users.values()) {
    if (places.length < 2 || places.length > functions.length * common) continue;
    const weight = Math.log(functions.length / places.length);
    for (const place of places) {
      shared[place].push({ weight, places });
      weights[place] += weight;
    }
  }
  const likeness = new Float64Array(functions.length);
  const left = new Set(functions.keys());
  const numbers = [];
  let next = functions.reduce((largest, { length }, place) => (length > functions[largest].length ? place : largest), 0);
  while (left.size > 0) {
    numbers.push(next);
    left.delete(next);
    for (const place of left) likeness[place] *= fading;
    for (const { weight, places } of shared[next]) for (const place of places) likeness[place] += weight;
    let most = -1;
    for (const place of left) {
      const now = likeness[place] / weights[place] ** exponent;
      if (now > most) [most, next] = [now, place];
    }
  }
  return numbers;
}
