import * as glue from "keyloft-glue-memory";

import { Database as Base } from "./database/database.js";
import { load, type Limits } from "./engine/limits.js";
import { Loader, type ModuleSource } from "./engine/loader.js";

export * from "./exports.js";

const loader = new Loader(glue);

/**
 * Loads the engine. Later calls do nothing. Node, Deno, Bun and workerd load the engine without a call. `source` is the
 * engine's file, if it is not beside this script. Without `limits.timeout`, it waits as long as the network does.
 */
export function init(source?: ModuleSource, limits?: Limits): Promise<void> {
  return load(loader, source, limits);
}
export default init;

/** A database in memory. Its methods are synchronous. */
export class Database extends Base {
  /** Creates an empty database. Its data is lost when the program ends. */
  static memory(): Database {
    return new Database(loader.driver(() => glue.Engine.memory()));
  }
}
