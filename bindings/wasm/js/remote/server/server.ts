import type { DirectDatabase } from "../../database/direct-database.js";
import type { Fault } from "./fault.js";
import { Session } from "./session.js";
import { WriteQueue } from "./write-queue.js";

/** A database that is open here, for those who use it from elsewhere. */
export class Server {
  /** Settled when it can't be used any more. Nobody is served from then on. */
  readonly fault: Promise<Fault>;
  private readonly db: DirectDatabase;
  private readonly writeQueue = new WriteQueue();
  private readonly sessions = new Map<string, Session>();
  private faulty = false;
  private fail: (fault: Fault) => void = () => undefined;

  constructor(db: DirectDatabase) {
    this.db = db;
    this.fault = new Promise((resolve) => (this.fail = resolve));
  }

  /** Serves a client on a line of its own. `gone` is called when it has said that it goes. */
  serve(client: string, channel: MessagePort | BroadcastChannel, patience: number, leader: string, gone: () => void): void {
    const session = new Session(this.db, this.writeQueue, channel, patience, {
      gone: () => {
        this.end(client);
        gone();
      },
      fault: (fault) => {
        this.faulty = true;
        this.endAll();
        this.fail(fault);
      },
    });
    this.sessions.set(client, session);
    session.welcome(leader);
  }

  /** Whether the client is served. */
  serves(client: string): boolean {
    return this.sessions.has(client);
  }

  /** Lets everything go that a client had: it is not there any more. */
  end(client: string): void {
    this.sessions.get(client)?.end(false);
    this.sessions.delete(client);
  }

  /** Tells all clients that it is over, and closes the database. */
  close(): void {
    this.endAll();
    try {
      this.db.close();
    } catch (error) {
      // Who has met the fault was events.
      if (!this.faulty) throw error;
    }
  }

  private endAll(): void {
    for (const session of this.sessions.values()) session.end(true);
    this.sessions.clear();
  }
}
