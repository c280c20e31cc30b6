import { DirectDatabase } from "../../database/direct-database.js";
import { loader, openDriver, type OpenOptions } from "../../database/open.js";
import type { ModuleSource } from "../../engine/loader.js";
import { presence } from "../../files/web/sharing.js";
import { serializeError } from "../messages/serialized-error.js";
import type { Fault } from "../server/fault.js";
import { Server } from "../server/server.js";
import { Broadcast, clientChannel, type Notice } from "./broadcast.js";
import { clientLock, gone, leaderLock } from "./locks.js";
import { locked, refusalOf } from "./refusal.js";

/** The settings of a candidate. */
export interface CandidateOptions {
  /** The id of the candidate. */
  id: string;
  database: string;
  /** Set for a candidate that serves its own tab alone. */
  exclusive: boolean;
  /** The longest pause between the calls of a transaction of its own tab, in milliseconds. */
  patience: number;
  open: OpenOptions;
  /** The source of the engine. */
  wasm: ModuleSource | undefined;
}

/** The events of a candidate, for its tab. */
export interface CandidateEvents {
  /** The candidate can't lead. */
  failed(error: unknown): void;
  /** The candidate has closed the file. It opens the file again when it gets a new port to its tab. */
  closed(): void;
  /** The candidate has ended. */
  died(): void;
}

/** A candidate, as its tab uses it: in this thread or in a worker. */
export interface CandidateHandle {
  /** Tells the candidate that another leader serves its tab. */
  join(): void;
  /** Gives the candidate a new id and a new port to its tab, after it has closed the file. */
  renew(id: string, own: MessagePort): void;
  stop(): Promise<void>;
  /** Ends the candidate immediately, without a message to its clients. */
  kill?(): void;
}

/**
 * A candidate for the leadership of a database. When it gets the leader's lock, it opens the file and serves all clients
 * until it is stopped. The lock, not a message, decides who leads, so two leaders can't have the file open.
 */
export class Candidate implements CandidateHandle {
  private readonly options: CandidateOptions;
  private readonly events: CandidateEvents;
  private readonly givingUp = new AbortController();
  /** Ends the loading of the engine. */
  private readonly ending = new AbortController();
  private readonly running: Promise<void>;
  /** The id as a leader, and the port to its tab. */
  private id: string;
  private own: MessagePort;
  private joined = false;
  private leading = false;
  private stopped = false;
  /** Set after a fault that only a new worker gets over. */
  private dead = false;
  private renewed: () => void = () => undefined;
  private leave: () => void = () => undefined;
  private readonly left = new Promise<void>((resolve) => (this.leave = resolve));

  /** `own` is the port to its own tab. */
  constructor(options: CandidateOptions, own: MessagePort, events: CandidateEvents) {
    this.options = options;
    this.events = events;
    this.id = options.id;
    this.own = own;
    // The engine is loaded early, because the network may be down when the candidate becomes the leader. A failure is reported
    // then.
    void loader.init(options.wasm, this.ending.signal).catch(() => undefined);
    this.running = this.run().catch(events.failed);
  }

  join(): void {
    // The leader has opened the database already, so this candidate must not apply its `mode` and `check` again.
    this.joined = true;
  }

  renew(id: string, own: MessagePort): void {
    this.id = id;
    this.own = own;
    this.renewed();
  }

  stop(): Promise<void> {
    this.stopped = true;
    this.ending.abort();
    this.leave();
    if (!this.leading) this.givingUp.abort();
    return this.running;
  }

  private async run(): Promise<void> {
    await (this.options.exclusive ? this.leadIfFree() : this.leadInTurn());
    if (this.dead) this.events.died();
  }

  /** Leads after all leaders before it. */
  private async leadInTurn(): Promise<void> {
    const { signal } = this.givingUp;
    const gaveUp = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    const led = this.requestLock({ signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    // Chromium never settles a request that is aborted immediately.
    await Promise.race([led, gaveUp]);
  }

  /** Leads if there is no leader and no other candidate. Retries until `wait` has passed. */
  private async leadIfFree(): Promise<void> {
    const { database, open } = this.options;
    const end = performance.now() + (open.wait ?? WAIT);
    while (!(await this.requestLock({ ifAvailable: true })) && !this.stopped) {
      if (performance.now() >= end) throw locked(database);
      await Promise.race([new Promise((resolve) => setTimeout(resolve, PAUSE)), this.left]);
    }
  }

  /** Requests the lock and leads while it holds it. Returns `false` if it did not get the lock. */
  private requestLock(options: LockOptions): Promise<boolean> {
    return navigator.locks.request(leaderLock(this.options.database), options, async (lock) => {
      if (lock === null) return false;
      this.leading = true;
      await this.lead();
      return true;
    });
  }

  private async lead(): Promise<void> {
    const { database, open, wasm } = this.options;
    await loader.init(wasm, this.ending.signal).catch((error: unknown) => {
      if (!this.stopped) throw error;
    });
    for (let how = open; !this.stopped; how = REOPEN) {
      const db = new DirectDatabase(await openDriver(database, this.joined ? REOPEN : how, true));
      const fault = await this.serve(new Server(db, await presence(database)));
      this.dead = fault === "crashed" || fault === "gone";
      if (fault !== "stuck" || this.stopped) return;
      const renewed = new Promise<void>((resolve) => (this.renewed = resolve));
      this.events.closed();
      await Promise.race([renewed, this.left]);
    }
  }

  /** Serves all clients until it is stopped or meets a fault, which it returns. */
  private async serve(server: Server): Promise<Fault | void> {
    const { id, own } = this;
    const watching = new AbortController();
    const broadcast = new Broadcast(this.options.database, (notice, version) => this.hear(notice, version, server, broadcast, watching.signal));
    try {
      // The file is open now, so a client that hears this and sends `hello` gets an answer.
      broadcast.send({ notice: "leading", leader: id });
      server.serve(id, own, this.options.patience, id);
      return await Promise.race([server.fault, this.left]);
    } finally {
      watching.abort();
      broadcast.close();
      server.close();
    }
  }

  private hear(notice: Notice, version: unknown, server: Server, broadcast: Broadcast, signal: AbortSignal): void {
    if (notice.notice !== "hello" || server.serves(notice.client)) return;
    const { client, channel, patience } = notice;
    const refusal = refusalOf(notice, version, this.options);
    if (refusal !== undefined) {
      broadcast.send({ notice: "refused", client, error: serializeError(refusal) });
      return;
    }
    server.serve(client, clientChannel(channel), patience, this.id);
    void gone(clientLock(client), signal).then((is) => {
      if (is) server.end(client);
    });
  }
}

/** The options for a database that was open before. */
const REOPEN: OpenOptions = { mode: "open" };

/** The time that an exclusive candidate tries to lead, and the pause between two attempts, in milliseconds. */
const WAIT = 4000;
const PAUSE = 50;
