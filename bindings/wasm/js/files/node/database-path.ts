import { resolve } from "node:path";

import { invalid, shown } from "../../error/check.js";
import { KeyloftError } from "../../error/error.js";

/** Returns the absolute path of a database, so that a later change of the working directory changes nothing. */
export function absolute(database: string): string {
  if (typeof database !== "string") throw invalid(`a database's path must be a string, not ${shown(database)}`);
  const reason = database === "" ? "it is empty" : database.includes("\0") ? "it has a null character" : undefined;
  if (reason !== undefined) throw new KeyloftError("InvalidDatabaseName", `\`${database}\` can't name a database: ${reason}; choose another name`);
  return resolve(database);
}
