import { invalid, shown } from "../../error/check.js";
import { KeyloftError } from "../../error/error.js";

export const SUFFIX = ".redb";

/** The longest name, in bytes. With the suffixes that browsers add, it stays below the limit of file systems, 255 bytes. */
const MAX_LEN = 200;

/** A valid name of a database. */
export class DatabaseName {
  /** The name of its file in the folder. */
  readonly file: string;
  /** The name of the database, for errors. */
  readonly text: string;

  constructor(name: string) {
    if (typeof name !== "string") throw invalid(`a database's name must be a string, not ${shown(name)}`);
    const reason = reasonAgainst(name);
    if (reason !== undefined) throw new KeyloftError("InvalidDatabaseName", `\`${name}\` can't name a database: ${reason}; choose another name`);
    this.file = name + SUFFIX;
    this.text = name;
  }
}

/** Returns the reason why a name is not allowed, if there is one. */
export function reasonAgainst(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (name === "." || name === "..") return "it is the name of a folder";
  if (/[/\\]/.test(name)) return "it has a slash";
  if (/\p{Cs}/u.test(name)) return "it has a lone surrogate";
  if (/\p{Cc}/u.test(name)) return "it has a control character";
  return new TextEncoder().encode(name).length > MAX_LEN ? "it is longer than 200 bytes" : undefined;
}
