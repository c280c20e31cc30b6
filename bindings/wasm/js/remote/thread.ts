import { DirectDatabase } from "../database/direct-database.js";
import { openDriver, type OpenOptions } from "../database/open.js";
import { KeyloftError } from "../error/error.js";
import { Connection } from "./client/connection.js";
import { Broadcast, clientChannel, keepAlive, type Notice } from "./election/broadcast.js";
import { refusalOf } from "./election/refusal.js";
import { lost } from "./lost.js";
import { localChannel } from "./messages/channel.js";
import type { ControlMessage } from "./messages/messages.js";
import { deserializeError, serializeError } from "./messages/serialized-error.js";
import { VERSION, versionMismatch } from "./messages/version.js";
import type { Fault } from "./server/fault.js";
import { Server } from "./server/server.js";

/** The settings of a thread. */
export interface ThreadOptions {
  /** The longest pause between the calls of a transaction, in milliseconds. */
  patience: number;
  open: OpenOptions;
}

/** The options for a database that was open before. */
const REOPEN: OpenOptions = { mode: "open" };

/** The time to wait for another program by default, and the pause between two attempts, in milliseconds. */
const WAIT = 4000;
const PAUSE = 100;

/** The pauses without an answer after which a client looks whether its leader still has the file, in milliseconds. */
const FIRST_LOOK = 500;
const LAST_LOOK = 5000;

/**
 * A thread of Node, Deno or Bun that has a database open. One thread of the program has the file and serves the others, as the
 * leader of several tabs does. The lock of the file decides which: no message says that a thread was terminated, but the system
 * then releases its lock. So a client that waits too long for an answer tries to lock the file itself.
 */
export class Thread {
  readonly connection: Connection;
  private readonly place: string;
  private readonly options: ThreadOptions;
  private readonly broadcast: Broadcast;
  private server: Server | undefined;
  /** The id as a leader. */
  private id = "";
  /** The channel to the leader, if that is another thread. */
  private channel: BroadcastChannel | undefined;
  private waiting = false;
  private look: ReturnType<typeof setTimeout> | undefined;
  private closing: Promise<void> | undefined;
  private left = false;
  /** The client as which this thread asks to be served, and the function that takes the refusal. */
  private asking: { client: string; refused: (error: Error) => void } | undefined;

  private constructor(place: string, options: ThreadOptions) {
    this.place = place;
    this.options = options;
    this.connection = new Connection({ over: () => this.leaderLeft(), waiting: (some) => this.setWaiting(some) });
    this.broadcast = new Broadcast(place, (notice, version) => this.hear(notice, version));
  }

  /** Opens the database at this place, here or through the thread that has it open. */
  static async open(place: string, options: ThreadOptions, ended: AbortSignal): Promise<Thread> {
    const thread = new Thread(place, options);
    try {
      await thread.join({ ...options.open, signal: ended });
      ended.throwIfAborted();
      return thread;
    } catch (error) {
      thread.leave();
      throw error;
    }
  }

  get role(): "leader" | "follower" {
    return this.server === undefined ? "follower" : "leader";
  }

  /** Waits for the answers to all requests, and closes the database. */
  close(): Promise<void> {
    this.closing ??= this.connection.close().then(() => this.leave());
    return this.closing;
  }

  private leave(): void {
    this.left = true;
    clearTimeout(this.look);
    this.broadcast.close();
    const { server } = this;
    this.server = undefined;
    server?.close();
  }

  /** Leads if the file is free. Otherwise asks the thread that has it, until the time to wait is over. */
  private async join(how: OpenOptions): Promise<void> {
    const end = performance.now() + (this.options.open.wait ?? WAIT);
    const client = crypto.randomUUID();
    const channel = clientChannel(client);
    let answer: (() => void) | undefined;
    let refusal: Error | undefined;
    let served = false;
    channel.onmessage = ({ data }: MessageEvent<ControlMessage>) => {
      served ||= data.control === "welcome";
      answer?.();
    };
    this.asking = {
      client,
      refused: (error) => {
        refusal = error;
        answer?.();
      },
    };
    try {
      for (;;) {
        const db = await this.tryToOpen(how);
        if (this.left) {
          if (db instanceof DirectDatabase) db.close();
          return;
        }
        if (db instanceof DirectDatabase) {
          this.lead(db);
          return;
        }
        // The leader may be busy. It answers the first of these notices that it reads.
        this.broadcast.send({ notice: "hello", client, channel: client, exclusive: false, fresh: how.mode === "new", patience: this.options.patience });
        await new Promise<void>((resolve) => {
          const late = setTimeout(resolve, PAUSE);
          answer = () => {
            clearTimeout(late);
            resolve();
          };
          if (served || refusal !== undefined) answer();
        });
        if (this.left) return;
        if (served) {
          this.follow(channel);
          return;
        }
        if (refusal !== undefined) throw refusal;
        if (performance.now() >= end) throw db;
        how.signal?.throwIfAborted();
      }
    } finally {
      this.asking = undefined;
      if (this.channel !== channel) {
        channel.onmessage = null;
        channel.postMessage({ control: "bye" } satisfies ControlMessage);
        channel.close();
      }
    }
  }

  /** Opens the file, or returns the error of a file that is open elsewhere. */
  private async tryToOpen(how: OpenOptions): Promise<DirectDatabase | KeyloftError> {
    try {
      return new DirectDatabase(await openDriver(this.place, { ...how, wait: 0 }));
    } catch (error) {
      if (error instanceof KeyloftError && error.code === "DatabaseLocked") return error;
      throw error;
    }
  }

  private lead(db: DirectDatabase): void {
    const server = new Server(db);
    const [own, served] = localChannel();
    this.server = server;
    this.channel = undefined;
    this.id = crypto.randomUUID();
    clearTimeout(this.look);
    this.connection.connect(own);
    server.serve("", served, this.options.patience, this.id);
    void server.fault.then((fault) => this.replace(server, fault));
  }

  private follow(channel: BroadcastChannel): void {
    this.channel = channel;
    this.connection.connect(channel);
    this.setWaiting(this.waiting);
  }

  /** Opens the file again after a fault, here or in another thread. */
  private replace(server: Server, fault: Fault): void {
    this.server = undefined;
    try {
      server.close();
    } catch (error) {
      this.connection.fail(error);
      return;
    }
    if (fault === "crashed") this.connection.fail(lost());
    else this.leaderLeft();
  }

  private leaderLeft(): void {
    this.channel = undefined;
    clearTimeout(this.look);
    // The error of a close that waits for answers is that of the questions.
    this.join(REOPEN).catch((cause: unknown) => this.connection.fail(lost(cause)));
  }

  /** While there is no answer, keeps the program from ending, and looks whether the leader is there. */
  private setWaiting(waiting: boolean): void {
    this.waiting = waiting;
    clearTimeout(this.look);
    const { channel } = this;
    if (channel === undefined) return;
    keepAlive(channel, waiting);
    if (waiting) this.lookLater(channel, FIRST_LOOK);
  }

  private lookLater(channel: BroadcastChannel, pause: number): void {
    this.look = setTimeout(() => void this.lookForLeader(channel, pause), pause);
    // A watch may wait for hours. Its channel keeps the program from ending.
    keepAlive(this.look as unknown as object, false);
  }

  private async lookForLeader(channel: BroadcastChannel, pause: number): Promise<void> {
    let db: DirectDatabase | KeyloftError;
    try {
      db = await this.tryToOpen(REOPEN);
    } catch (error) {
      this.connection.fail(error);
      return;
    }
    if (db instanceof DirectDatabase && this.channel === channel && !this.left) {
      this.connection.disconnect(false);
      this.lead(db);
    } else if (db instanceof DirectDatabase) db.close();
    else if (this.channel === channel && this.waiting) this.lookLater(channel, Math.min(pause * 2, LAST_LOOK));
  }

  private hear(notice: Notice, version: unknown): void {
    const { server, asking } = this;
    if (notice.notice === "refused" && notice.client === asking?.client) {
      asking.refused(version === VERSION ? deserializeError(notice.error) : versionMismatch(this.place, version, VERSION));
    }
    if (notice.notice !== "hello" || server === undefined || server.serves(notice.client)) return;
    const { client, channel, patience } = notice;
    const refusal = refusalOf(notice, version, { database: this.place, exclusive: false });
    if (refusal !== undefined) {
      this.broadcast.send({ notice: "refused", client, error: serializeError(refusal) });
      return;
    }
    const served = clientChannel(channel);
    keepAlive(served, false);
    server.serve(client, served, patience, this.id);
  }
}
