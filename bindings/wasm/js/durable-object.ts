import { instantiate } from "keyloft-glue-object";

import { type Int64, wideTime } from "./codec/integer.js";
import { Database as Base } from "./database/database.js";
import type { Driver } from "./engine/driver.js";
import { Loader } from "./engine/loader.js";
import { decodingErrors } from "./engine/response.js";
import { checkFields, checkLimit, invalid, shown } from "./error/check.js";
import { KeyloftError } from "./error/error.js";
import { Op } from "./protocol/codes.generated.js";

export * from "./exports.js";

/** The state of a Durable Object: the `ctx` that its constructor gets. Its class must have SQLite storage. */
export interface ObjectState {
  readonly storage: {
    readonly sql: { exec(query: string, ...bindings: never[]): unknown };
    transactionSync<T>(body: () => T): T;
    setAlarm(time: number): unknown;
  };
}

/** The options of opening a database. */
export interface OpenOptions {
  /**
   * Sets the object's alarm for the earliest expiry of an entity, in the transaction that stores the entity. The object's `alarm`
   * method must call `evictExpired`. The object can't use its alarm for anything else. `false` by default.
   */
  alarm?: boolean | undefined;
}

/** No limit. */
const ALL = 2 ** 32 - 1;

/** The number of entities that an alarm deletes at most. The next alarm goes on at once. */
const EVICTED = 1000;

/** The driver of the database that is open in each storage. */
const opened = new WeakMap<object, Driver>();

/** A database in the storage of a Durable Object. Its methods are synchronous. */
export class Database extends Base {
  /**
   * Opens the database of the object, usually in the constructor of the object. The first write creates it.
   *
   * Each database has an engine of its own, so a crash in one object does not reach another. An object has one open database: a
   * second opening fails with the code `DatabaseLocked`.
   */
  static open(ctx: ObjectState, options: OpenOptions = {}): Database {
    const storage = (ctx as Partial<ObjectState> | undefined)?.storage;
    if (typeof storage !== "object" || storage === null) throw invalid(`the state of a Durable Object is needed, its \`ctx\`, not ${shown(ctx)}`);
    checkFields(options, ["alarm"], "the options of opening");
    const { alarm = false } = options;
    if (typeof alarm !== "boolean") throw invalid(`alarm must be true or false, not ${shown(alarm)}`);
    const earlier = opened.get(storage);
    if (earlier !== undefined && !earlier.closed && !earlier.isPoisoned) {
      throw new KeyloftError("DatabaseLocked", "the storage of this object is open already: use the database that has it open, or close that one first");
    }
    const glue = instantiate();
    const loader = new Loader(glue, "open the database of the object again");
    const driver = loader.driver(() => decodingErrors(() => glue.Engine.inObject(storage, alarm)));
    opened.set(storage, driver);
    return new Database(driver);
  }

  /**
   * Deletes expired entities of all tables to free their space, the oldest of each table first, and returns their number. It sets
   * the alarm for the next one. Call it in the `alarm` method of the object, after opening the database with `{ alarm: true }`.
   */
  evictExpired(now: Int64 = Date.now(), max: number = EVICTED): number {
    const wide = wideTime(now);
    return this.context.call(
      Op.evict,
      0,
      (writer) => {
        writer.i64(wide);
        writer.u32(checkLimit(max) ?? ALL);
      },
      (reader) => reader.count(),
    );
  }
}
