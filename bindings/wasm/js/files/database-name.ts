import { invalid, shown } from "../error/check.js";
import { KeyloftError } from "../error/error.js";

export const SUFFIX = ".redb";

/** The longest name, in bytes: what browsers add to it stays within the 255 that file systems take. */
const MAX_LEN = 200;

/** The name of a database, known to be one. */
export class DatabaseName {
  /** Its file in the folder. */
  readonly file: string;
  /** What errors call the database. */
  readonly place: string;

  constructor(name: string) {
    if (typeof name !== "string") throw invalid(`a database's name is a string, not ${shown(name)}`);
    const reason = objection(name);
    if (reason !== undefined) throw new KeyloftError("InvalidDatabaseName", `\`${name}\` can't name a database: ${reason}`);
    this.file = name + SUFFIX;
    this.place = name;
  }
}

/** What a name can't be used for, if there is anything. */
export function objection(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (name === "." || name === "..") return "it means a folder";
  if (/[/\\]/.test(name)) return "it holds a slash";
  if (/\p{Cs}/u.test(name)) return "it holds half of a character: a surrogate without the other";
  if (/\p{Cc}/u.test(name)) return "it holds a control character";
  return new TextEncoder().encode(name).length > MAX_LEN ? "it is longer than 200 bytes" : undefined;
}
