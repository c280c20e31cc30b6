import * as glue from "keyloft-glue-memory";

import { Database as Base } from "./database/database.js";
import { Loader, type ModuleSource } from "./engine/loader.js";

export * from "./exports.js";

const loader = new Loader(glue);

/**
 * Loads the engine. One call is enough, more do no harm, and Node needs none. `source` is the engine's file, if it is
 * not beside this script.
 */
export function init(source?: ModuleSource): Promise<void> {
  return loader.init(source);
}
export default init;

/** A database in memory. Its calls return at once. */
export class Database extends Base {
  /** Creates an empty database, which ends with the program. */
  static memory(): Database {
    return new Database(loader.driver(() => glue.Engine.memory()));
  }
}
