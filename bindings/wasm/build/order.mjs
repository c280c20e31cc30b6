// Which functions of an engine are beside each other: those that are alike, where gzip and brotli see it.

/** Code is looked at in pieces of so many bytes: an instruction or two. */
const PIECE = 4;

/** A piece that is in more than this part of all functions tells nothing of any. */
const COMMON = 1 / 8;

/** How much a function counts that is one further back: compression looks back over some kilobytes. */
const FADING = 0.8;

/** How much of its length is held against a function: without any all long ones would come first. */
const LENGTH = 0.8;

const IMPORTS = 2;
const CODE = 10;
const FUNCTION = 0;
const HEADER = 8;

/** Reads a module of the binary format, https://webassembly.github.io/spec/core/binary. */
class Module {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = HEADER;
    this.imported = 0;
    /** The bytes of each function that is not imported. */
    this.functions = [];
    while (this.at < bytes.length) {
      const section = bytes[this.at++];
      const length = this.number();
      const end = this.at + length;
      if (section === IMPORTS) this.imports();
      if (section === CODE) this.functions = Array.from({ length: this.number() }, () => this.taken(this.number()));
      this.at = end;
    }
  }

  imports() {
    this.imported = this.number();
    for (let left = this.imported; left > 0; left--) {
      this.taken(this.number());
      this.taken(this.number());
      if (this.bytes[this.at++] !== FUNCTION) throw new Error("the engine imports something that is no function");
      this.number();
    }
  }

  taken(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  number() {
    let [value, shift, byte] = [0, 0, 0];
    do {
      byte = this.bytes[this.at++];
      value += (byte & 0x7f) * 2 ** shift;
      shift += 7;
    } while (byte >= 0x80);
    return value;
  }
}

/** The pieces of a function. */
function pieces(bytes) {
  const found = new Set();
  for (let at = 0; at + PIECE <= bytes.length; at++) found.add(bytes.readUInt32LE(at));
  return found;
}

/** The functions in an order in which each is like those just before it, from the largest on. */
function alike(functions) {
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
  const order = [];
  let next = functions.reduce((largest, { length }, place) => (length > functions[largest].length ? place : largest), 0);
  while (left.size > 0) {
    order.push(next);
    left.delete(next);
    for (const place of left) likeness[place] *= FADING;
    for (const { weight, places } of shared[next]) for (const place of places) likeness[place] += weight;
    let most = -1;
    for (const place of left) {
      const now = likeness[place] / weights[place] ** LENGTH;
      if (now > most) [most, next] = [now, place];
    }
  }
  return order;
}

/** A number as modules have it. */
function leb(number) {
  const bytes = [];
  for (; number >= 0x80; number = Math.floor(number / 0x80)) bytes.push((number % 0x80) + 0x80);
  return Buffer.from([...bytes, number]);
}

/** Bytes after how many they are. */
const counted = (bytes) => Buffer.concat([leb(bytes.length), bytes]);

/**
 * The order for a module without names: of the functions that are not imported, by their numbers, and the module with names for
 * them whose order it is.
 */
export function named(bytes) {
  const { imported, functions } = new Module(bytes);
  const order = alike(functions);
  const digits = String(order.length).length;
  const names = [...Array(imported).keys(), ...order.map((place) => imported + place)].map((number, rank) => [number, rank]);
  names.sort(([one], [other]) => one - other);
  const entries = names.map(([number, rank]) => Buffer.concat([leb(number), counted(Buffer.from(String(rank).padStart(digits, "0")))]));
  const map = Buffer.concat([leb(entries.length), ...entries]);
  const section = Buffer.concat([counted(Buffer.from("name")), Buffer.from([1]), counted(map)]);
  return { order: order.map((place) => imported + place), module: Buffer.concat([bytes, Buffer.from([0]), counted(section)]) };
}
