import type { DirectDatabase } from "../database/direct-database.js";
import { Connection } from "./client/connection.js";
import { lost } from "./lost.js";
import { localChannel } from "./messages/channel.js";
import type { Fault } from "./server/fault.js";
import { Server } from "./server/server.js";

/** A database that is open in this thread, behind the same connection as one in a worker. */
export class Owner {
  readonly connection = new Connection();
  readonly role = "leader";
  private readonly reopen: (() => Promise<DirectDatabase>) | undefined;
  private readonly patience: number;
  private server: Server | undefined;
  private closing: Promise<void> | undefined;

  /** `reopen` opens the file again after its writes have failed. `patience` is the longest pause in a transaction. */
  constructor(db: DirectDatabase, patience: number, reopen?: () => Promise<DirectDatabase>) {
    this.reopen = reopen;
    this.patience = patience;
    this.serve(db);
  }

  /** Waits for the answers to all requests, and closes the database. */
  close(): Promise<void> {
    this.closing ??= this.connection.close().then(() => this.server?.close());
    return this.closing;
  }

  private serve(db: DirectDatabase): void {
    const server = new Server(db);
    const [own, served] = localChannel();
    this.server = server;
    this.connection.connect(own);
    server.serve("", served, this.patience, "");
    void server.fault.then((fault) => this.replace(server, fault));
  }

  private async replace(server: Server, fault: Fault): Promise<void> {
    this.server = undefined;
    try {
      server.close();
      const reopen = fault === "crashed" || this.closing !== undefined ? undefined : this.reopen;
      if (reopen === undefined) this.connection.fail(lost());
      else this.serve(await reopen());
    } catch (error) {
      this.connection.fail(lost(error));
    }
  }
}
