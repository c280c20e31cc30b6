import type { Connection } from "../client/connection.js";

/** A database that is open: in this thread, or in another one that serves it. */
export interface Opened {
  readonly connection: Connection;
  readonly role: "leader" | "follower";
  /** Waits for the answers to all requests, and closes the database. */
  close(): Promise<void>;
}
