import { DirectDatabase } from "../../database/direct-database.js";
import { loader, type OpenOptions, openDriver } from "../../database/open.js";
import type { ModuleSource } from "../../engine/loader.js";
import { KeyloftError } from "../../error/error.js";
import { serializeError } from "../messages/serialized-error.js";
import type { Fault } from "../server/fault.js";
import { Server } from "../server/server.js";
import { Broadcast, clientChannel, type Notice } from "./broadcast.js";
import { clientLock, gone, leaderLock } from "./locks.js";

/** What one awaitingTurn to lead for. */
export interface CandidateOptions {
  /** The one who awaitingTurn. */
  id: string;
  database: string;
  /** Whether nobody else is to be served. */
  exclusive: boolean;
  /** How long transactions of its own tab may be left alone, in milliseconds. */
  patience: number;
  open: OpenOptions;
  /** What the engine is loaded from. */
  wasm: ModuleSource | undefined;
}

/** What a candidate tells its tab. */
export interface CandidateEvents {
  /** It can't lead, and why. */
  failed(error: unknown): void;
  /** It has let the file go, to open it again when it has a new line to its tab. */
  closed(): void;
  /** It is not there any more. */
  died(): void;
}

/** One that opens the database when nobody else has it open, and serves all who use it from then on. */
export class Candidate {
  private readonly wish: CandidateOptions;
  private readonly events: CandidateEvents;
  private readonly givingUp = new AbortController();
  private readonly running: Promise<void>;
  /** Whom it leads as, and the line to its own tab. */
  private id: string;
  private own: MessagePort;
  private joined = false;
  private leading = false;
  private stopped = false;
  private crashed = false;
  private renewed: () => void = () => undefined;
  private leave: () => void = () => undefined;
  private readonly left = new Promise<void>((resolve) => (this.leave = resolve));

  /** `own` is the line to its own tab. */
  constructor(wish: CandidateOptions, own: MessagePort, events: CandidateEvents) {
    this.wish = wish;
    this.events = events;
    this.id = wish.id;
    this.own = own;
    // When it is to lead, what it needs may be out of reach. If it is now, that is found out then.
    void loader.init(wish.wasm).catch(() => undefined);
    this.running = this.run().catch(events.failed);
  }

  /** Its tab is served by another: the database is there, and what was said of how to open it has been done. */
  join(): void {
    this.joined = true;
  }

  /** Goes on with this line to its tab, after it has let the file go: as another one, for all who were served. */
  renew(id: string, own: MessagePort): void {
    this.id = id;
    this.own = own;
    this.renewed();
  }

  /** Gives it up, with the database closed. Nothing is opened from now on. */
  stop(): Promise<void> {
    this.stopped = true;
    this.leave();
    if (!this.leading) this.givingUp.abort();
    return this.running;
  }

  private async run(): Promise<void> {
    await (this.wish.exclusive ? this.try() : this.queue());
    if (this.crashed) this.events.died();
  }

  /** Waits for as long as somebody else leads. */
  private async queue(): Promise<void> {
    const { signal } = this.givingUp;
    const gaveUp = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    const led = this.request({ signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    // Chromium never settles a request that is taken back at once.
    await Promise.race([led, gaveUp]);
  }

  /** Leads if nobody else does or waits for it, which is tried for a while. */
  private async try(): Promise<void> {
    const { database, open } = this.wish;
    const end = performance.now() + (open.wait ?? WAIT);
    while (!(await this.request({ ifAvailable: true })) && !this.stopped) {
      if (performance.now() >= end) throw locked(database);
      await Promise.race([new Promise((resolve) => setTimeout(resolve, PAUSE)), this.left]);
    }
  }

  /** Leads when it may; whether it might. */
  private request(options: LockOptions): Promise<boolean> {
    return navigator.locks.request(leaderLock(this.wish.database), options, async (lock) => {
      if (lock === null) return false;
      this.leading = true;
      await this.lead();
      return true;
    });
  }

  private async lead(): Promise<void> {
    const { database, open, wasm } = this.wish;
    if (!this.stopped) await loader.init(wasm);
    for (let how = open; !this.stopped; how = THERE) {
      const db = new DirectDatabase(await openDriver(database, this.joined ? THERE : how));
      const fault = await this.serve(new Server(db));
      this.crashed = fault === "crashed";
      if (fault !== "stuck" || this.stopped) return;
      const renewed = new Promise<void>((resolve) => (this.renewed = resolve));
      this.events.closed();
      await Promise.race([renewed, this.left]);
    }
  }

  /** Serves all who ask for it; what ends that, unless it is stopped. */
  private async serve(host: Server): Promise<Fault | void> {
    const { id, own } = this;
    const watching = new AbortController();
    const hub = new Broadcast(this.wish.database, (notice) => this.hear(notice, host, hub, watching.signal));
    try {
      hub.tell({ notice: "leading", leader: id });
      host.serve(id, own, this.wish.patience, id, () => undefined);
      return await Promise.race([host.fault, this.left]);
    } finally {
      watching.abort();
      hub.close();
      host.close();
    }
  }

  private hear(notice: Notice, host: Server, hub: Broadcast, signal: AbortSignal): void {
    if (notice.notice !== "hello" || host.serves(notice.client)) return;
    const { database } = this.wish;
    const { client, line, patience } = notice;
    if (this.wish.exclusive || notice.exclusive || notice.fresh) {
      const error = notice.fresh ? new KeyloftError("DatabaseExists", `database \`${database}\` exists already, and is open`) : locked(database);
      hub.tell({ notice: "refused", client, failure: serializeError(error) });
      return;
    }
    host.serve(client, clientChannel(line), patience, this.id, () => undefined);
    void gone(clientLock(client), signal).then((is) => {
      if (is) host.end(client);
    });
  }
}

/** How a database is opened that was open before. */
const THERE: OpenOptions = { mode: "open" };

/** How long to wait for the one who has it for itself, and between two attempts, in milliseconds. */
const WAIT = 4000;

const PAUSE = 50;

function locked(database: string): KeyloftError {
  return new KeyloftError(
    "DatabaseLocked",
    `database \`${database}\` is open in another tab or worker, and one of the two wants it for itself: close it there, or open it in both with \`tabs: "shared"\``,
  );
}
