// The types of `keyloft/durable-object`. A line under `@ts-expect-error` that compiles is an error itself.
import { Database, type ObjectState } from "keyloft/durable-object";

/** The state of an object, in the forms that the runtime's types have. */
interface RuntimeState {
  readonly storage: {
    sql: { exec<T extends Record<string, string | number | ArrayBuffer | null>>(query: string, ...bindings: any[]): Iterable<T> };
    transactionSync<T>(closure: () => T): T;
    setAlarm(time: number | Date, options?: { allowUnconfirmed?: boolean }): Promise<void>;
    getAlarm(): Promise<number | null>;
  };
}

declare const ctx: RuntimeState;
const state: ObjectState = ctx;
const db = Database.open(state, { alarm: true });
const evicted: number = db.evictExpired();
db.evictExpired(5n, 10);
const row = db.collection("notes", { key: "string" }).get("a");
const returned: number = db.transaction((tx) => tx.collection("notes", { key: "string" }).count());
// @ts-expect-error: a row may be missing
row.text;
// @ts-expect-error: there is no such option
Database.open(ctx, { alarms: true });
// @ts-expect-error: the state of the object is needed, not its storage
Database.open(ctx.storage);
// @ts-expect-error: the body of a transaction is synchronous
db.transaction(async () => undefined);
// @ts-expect-error: it has no database in memory
Database.memory();
export { evicted, returned };
