// Orders functions by likeness, so that gzip and brotli find the repetition.

/** The length in bytes of the pieces that are compared: an instruction or two. */
const PIECE = 4;

/** A piece in more than this share of the functions is ignored: it distinguishes none. */
const COMMON = 1 / 8;

/** The weight of a function relative to the one after it: compression looks back over some kilobytes only. */
const FADING = 0.8;

/** The exponent by which a function's length lowers its likeness: without it, all long functions would come first. */
const LENGTH = 0.8;

/** Returns the distinct pieces of a function. */
function pieces(bytes) {
  const found = new Set();
  for (let at = 0; at + PIECE <= bytes.length; at++) found.add(bytes.readUInt32LE(at));
  return found;
}

/** Returns the functions' numbers in an order in which each resembles those just before it. The largest comes first. */
export function order(functions) {
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
    if (places.length < 2 || places.length > functions.length * COMMON) continue;
    const weight = Math.log(functions.length / places.length);
    for (const place of places) {
      shared[place].push({ weight, places });
      weights[place] += weight;
    }
  }
  const likeness = new Float64Array(functions.length);
  const left = new Set(functions.keys());
  const ordered = [];
  let next = functions.reduce((largest, { length }, place) => (length > functions[largest].length ? place : largest), 0);
  while (left.size > 0) {
    ordered.push(next);
    left.delete(next);
    for (const place of left) likeness[place] *= FADING;
    for (const { weight, places } of shared[next]) for (const place of places) likeness[place] += weight;
    let most = -1;
    for (const place of left) {
      const now = likeness[place] / weights[place] ** LENGTH;
      if (now > most) [most, next] = [now, place];
    }
  }
  return ordered;
}
