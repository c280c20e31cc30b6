import * as glue from "keyloft-glue-memory";

import { Database as Base } from "./database/database.js";
import { Loader, type ModuleSource } from "./engine/loader.js";

export * from "./exports.js";

const loader = new Loader(glue);

/**
 * Loads the engine. Once is enough, more often does no harm, and in Node it isn't needed. Where the engine's file is
 * not beside this one, say where it is.
 */
export function init(source?: ModuleSource): Promise<void> {
  return loader.init(source);
}
export default init;

/** A database in memory: its calls are answered at once. */
export class Database extends Base {
  /** An empty database, of which nothing outlives the program. */
  static memory(): Database {
    return new Database(loader.driver(() => glue.Engine.memory()));
  }
}
