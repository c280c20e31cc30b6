import type { DirectDatabase } from "../../database/direct-database.js";
import type { Channel } from "../messages/channel.js";
import type { Fault } from "./fault.js";
import { Session } from "./session.js";
import { WriteQueue } from "./write-queue.js";

/** The databases whose files are gone. Chromium never returns from the close of such a file, so not even a collection may close it. */
const unclosed = new Set<DirectDatabase>();

/** The server of an open database: it answers the clients in other tabs and workers. */
export class Server {
  /** Resolves when the database can't be used any more. After that no client is served. */
  readonly fault: Promise<Fault>;
  private readonly db: DirectDatabase;
  private readonly isPresent: (() => Promise<boolean>) | undefined;
  /** The look at the file that began in this turn of the event loop. */
  private looking: Promise<boolean> | undefined;
  private readonly writes = new WriteQueue();
  private readonly sessions = new Map<string, Session>();
  private faulty: Fault | undefined;
  private fail: (fault: Fault) => void = () => undefined;

  /** `isPresent` tells if the file of the database is still there. Without it, the file can't be deleted unnoticed. */
  constructor(db: DirectDatabase, isPresent?: () => Promise<boolean>) {
    this.db = db;
    this.isPresent = isPresent;
    this.fault = new Promise((resolve) => (this.fail = resolve));
  }

  /** Serves a client on a channel, until it says goodbye. `patience` is the longest pause in its transactions. */
  serve(client: string, channel: Channel, patience: number, leader: string): void {
    const session = new Session(this.db, this.writes, channel, patience, {
      gone: () => this.end(client),
      present: this.isPresent === undefined ? undefined : () => this.look(),
      fault: (fault) => {
        this.faulty = fault;
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

  /** Looks whether the file is there. The looks of one turn of the event loop are one. */
  private look(): Promise<boolean> {
    if (this.looking === undefined) {
      // A failed look shows nothing. If the file system fails, so does the write.
      this.looking = this.isPresent?.().catch(() => true) ?? Promise.resolve(true);
      queueMicrotask(() => (this.looking = undefined));
    }
    return this.looking;
  }

  /** Tells all clients that this leader gives up the leadership, and closes the database. */
  close(): void {
    this.endAll();
    if (this.faulty === "gone") {
      unclosed.add(this.db);
      return;
    }
    try {
      this.db.close();
    } catch (error) {
      // The client whose call failed has got the error.
      if (this.faulty === undefined) throw error;
    }
  }

  private endAll(): void {
    for (const session of this.sessions.values()) session.end(true);
    this.sessions.clear();
  }
}
