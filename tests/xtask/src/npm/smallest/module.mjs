// Reads the functions of a WebAssembly module, and names them. The format: https://webassembly.github.io/spec/core/binary

const CUSTOM = 0;
const IMPORTS = 2;
const CODE = 10;
const FUNCTION = 0;
const FUNCTION_NAMES = 1;
const HEADER = 8;

/** The functions of a module. */
export class Module {
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
      const [from, name] = [this.taken(this.number()), this.taken(this.number())];
      if (this.bytes[this.at++] !== FUNCTION) throw new Error(`cannot read the import ${name} from ${from}: it is not a function`);
      this.number();
    }
  }

  /** Returns the module, which must be without names, with `names` for its functions, the imported ones first. */
  named(names) {
    const entries = names.map((name, number) => Buffer.concat([leb(number), counted(Buffer.from(name))]));
    const map = Buffer.concat([leb(entries.length), ...entries]);
    const section = Buffer.concat([counted(Buffer.from("name")), Buffer.from([FUNCTION_NAMES]), counted(map)]);
    return Buffer.concat([this.bytes, Buffer.from([CUSTOM]), counted(section)]);
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

/** Encodes a number in LEB128. */
function leb(number) {
  const bytes = [];
  for (; number >= 0x80; number = Math.floor(number / 0x80)) bytes.push((number % 0x80) + 0x80);
  return Buffer.from([...bytes, number]);
}

/** Prepends the length to bytes. */
const counted = (bytes) => Buffer.concat([leb(bytes.length), bytes]);
