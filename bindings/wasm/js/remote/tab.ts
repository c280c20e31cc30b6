import type { OpenOptions } from "../database/open.js";
import type { ModuleSource } from "../engine/loader.js";
import { KeyloftError } from "../error/error.js";
import { type Channel, Connection } from "./client/connection.js";
import { Broadcast, clientChannel, type Notice } from "./election/broadcast.js";
import { type CandidateHandle, localCandidate, WorkerCandidate } from "./election/candidate-worker.js";
import type { CandidateEvents } from "./election/candidate.js";
import { clientLock, hold } from "./election/locks.js";
import type { ControlMessage } from "./messages/messages.js";
import { deserializeError } from "./messages/serialized-error.js";

/** How a tab uses a database. */
export interface TabOptions {
  exclusive: boolean;
  patience: number;
  open: OpenOptions;
  wasm: ModuleSource | undefined;
  /** How a worker is made; nothing, in a worker. */
  worker: (() => Worker) | undefined;
}

/** The longest time that a timer takes, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/** One that uses a database: through itself, if it has the file open, or through the one that has. */
export class Tab {
  readonly connection = new Connection();
  private readonly client = crypto.randomUUID();
  private readonly database: string;
  private readonly options: TabOptions;
  private readonly hub: Broadcast;
  /** Lines on which nobody serves it yet. */
  private readonly offered = new Set<Channel>();
  private place: CandidateHandle | undefined;
  /** Who may lead in its name, and who leads. */
  private candidate = "";
  private leader: string | undefined;
  private release: (() => Promise<void>) | undefined;
  private closing: Promise<void> | undefined;
  private late: ReturnType<typeof setTimeout> | undefined;
  /** What went wrong while it was closing. */
  private trouble: unknown;
  private served: () => void = () => undefined;
  private refused: (error: unknown) => void = () => undefined;

  private constructor(database: string, options: TabOptions) {
    this.database = database;
    this.options = options;
    this.hub = new Broadcast(database, (notice) => this.hear(notice));
    globalThis.addEventListener("pagehide", this.frozen);
    globalThis.addEventListener("pageshow", this.thawed);
  }

  /** One that is served. */
  static async open(database: string, options: TabOptions): Promise<Tab> {
    const tab = new Tab(database, options);
    try {
      const served = new Promise<void>((resolve, reject) => {
        tab.served = resolve;
        tab.refused = reject;
      });
      served.catch(() => undefined);
      tab.release = await hold(clientLock(tab.client));
      tab.stand();
      tab.greet();
      await served;
      return tab;
    } catch (error) {
      await tab.leave();
      throw error;
    }
  }

  get role(): "leader" | "follower" {
    return this.leader === this.candidate ? "leader" : "follower";
  }

  /** Waits for what was asked, and goes. */
  close(): Promise<void> {
    this.closing ??= this.connection.close().then(async () => {
      await this.leave();
      if (this.trouble !== undefined) throw this.trouble;
    });
    return this.closing;
  }

  /** Leaves nothing behind. */
  private async leave(): Promise<void> {
    globalThis.removeEventListener("pagehide", this.frozen);
    globalThis.removeEventListener("pageshow", this.thawed);
    clearTimeout(this.late);
    this.hub.close();
    this.forget();
    await this.place?.stop();
    await this.release?.();
  }

  /** Becomes a candidate. */
  private stand(): void {
    const { exclusive, patience, open, wasm, worker } = this.options;
    const [id, own] = this.ownLine();
    const wish = { id, database: this.database, exclusive, patience, open, wasm };
    const events: CandidateEvents = {
      failed: (error) => this.fail(error),
      closed: () => this.place?.renew(...this.ownLine()),
      died: () => this.died(),
    };
    this.place = worker === undefined ? localCandidate(wish, own, events) : new WorkerCandidate(worker, wish, own, events);
    if (this.leader !== undefined) this.place.join();
  }

  /** A new line to its candidate, which has this id from now on. */
  private ownLine(): [string, MessagePort] {
    const { port1, port2 } = new MessageChannel();
    this.candidate = crypto.randomUUID();
    for (const other of [...this.offered]) if (other instanceof MessagePort) this.withdraw(other);
    this.offer(port1);
    return [this.candidate, port2];
  }

  /** Its worker has crashed or was terminated: there has to be one, for who leads may go. */
  private died(): void {
    if (this.role === "leader") this.connection.disconnect(false);
    if (this.closing !== undefined) {
      if (!this.connection.connected) this.connection.fail(new KeyloftError("LeaderLost", "the worker that had the database open is gone"));
      return;
    }
    try {
      this.stand();
    } catch (error) {
      this.fail(error);
    }
  }

  /** The page is left, but kept by the browser for the way back: it does nothing meanwhile, so it may not lead. */
  private readonly frozen = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted) return;
    if (this.role === "leader") this.connection.disconnect(false);
    this.place?.kill?.();
  };

  /** The page is back. It may have missed that another one leads. */
  private readonly thawed = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted || this.closing !== undefined) return;
    this.died();
    this.greet();
  };

  /** Asks who leads, if anybody does, to be served. */
  private greet(): void {
    const line = crypto.randomUUID();
    const { exclusive, patience, open } = this.options;
    this.offer(clientChannel(line));
    const fresh = open.mode === "new" && this.leader === undefined;
    this.hub.tell({ notice: "hello", client: this.client, line, exclusive, fresh, patience });
  }

  private offer(channel: Channel): void {
    this.offered.add(channel);
    channel.onmessage = ({ data }: MessageEvent<ControlMessage>) => {
      if (data.word === "welcome") this.welcome(channel, data.leader);
    };
  }

  private welcome(channel: Channel, leader: string): void {
    this.offered.delete(channel);
    this.leader = leader;
    // The line to its own candidate is kept: it may lead one day.
    for (const other of [...this.offered]) if (leader === this.candidate || other instanceof BroadcastChannel) this.withdraw(other);
    if (leader !== this.candidate) this.place?.join();
    this.connection.connect(channel);
    clearTimeout(this.late);
    this.served();
  }

  private hear(notice: Notice): void {
    if (notice.notice === "refused" && notice.client === this.client) this.turnedAway(deserializeError(notice.failure));
    else if (notice.notice === "leading" && notice.leader !== this.leader) {
      this.connection.disconnect(false);
      if (notice.leader !== this.candidate) this.greet();
    }
  }

  /** Who leads does not serve it. It waits for that one's end if it was said how long. */
  private turnedAway(error: Error): void {
    const { exclusive, open } = this.options;
    const { wait } = open;
    const locked = error instanceof KeyloftError && error.code === "DatabaseLocked";
    if (!locked || wait === undefined || this.leader !== undefined) this.fail(error);
    // An exclusive candidate knows itself when it is too late.
    else if (!exclusive) this.late ??= setTimeout(() => this.fail(error), Math.min(wait, LONGEST));
  }

  /** It is not served any more. */
  private fail(error: unknown): void {
    this.refused(error);
    if (this.leader === undefined) return;
    this.connection.fail(error instanceof KeyloftError ? error : new KeyloftError("LeaderLost", "the database can't be opened again", { cause: error }));
    if (this.closing !== undefined) this.trouble ??= error;
    else this.closing = this.leave();
  }

  private forget(): void {
    for (const channel of [...this.offered]) this.withdraw(channel);
  }

  private withdraw(channel: Channel): void {
    this.offered.delete(channel);
    channel.onmessage = null;
    channel.close();
  }
}
