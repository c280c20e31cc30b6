import type { DirectDatabase } from "../../database/direct-database.js";
import type { Channel } from "../messages/channel.js";
import type { Fault } from "./fault.js";
import { Session } from "./session.js";
import { WriteQueue } from "./write-queue.js";

/** The server of an open database: it answers the clients in other tabs and workers. */
export class Server {
  /** Resolves when the database can't be used any more. After that no client is served. */
  readonly fault: Promise<Fault>;
  private readonly db: DirectDatabase;
  private readonly writes = new WriteQueue();
  private readonly sessions = new Map<string, Session>();
  private faulty = false;
  private fail: (fault: Fault) => void = () => undefined;

  constructor(db: DirectDatabase) {
    this.db = db;
    this.fault = new Promise((resolve) => (this.fail = resolve));
  }

  /** Serves a client on a channel, until it says goodbye. `patience` is the longest pause in its transactions. */
  serve(client: string, channel: Channel, patience: number, leader: string): void {
    const session = new Session(this.db, this.writes, channel, patience, {
      gone: () => this.end(client),
      fault: (fault) => {
        this.faulty = true;
        this.endAll();
        this.fail(fault);
      },
    });
    this.sessions.set(client, session);
    session.welcome(leader);
  }

  serves(client: string): boolean {
    return this.sessions.has(client);
  }

  /** Releases the objects of a client that has ended. */
  end(client: string): void {
    this.sessions.get(client)?.end(false);
    this.sessions.delete(client);
  }

  /** Tells all clients that this leader gives up the leadership, and closes the database. */
  close(): void {
    this.endAll();
    try {
      this.db.close();
    } catch (error) {
      // The client whose call failed has got the error.
      if (!this.faulty) throw error;
    }
  }

  private endAll(): void {
    for (const session of this.sessions.values()) session.end(true);
    this.sessions.clear();
  }
}
