import type { OpenOptions } from "../database/open.js";
import { unlessAborted } from "../engine/limits.js";
import type { ModuleSource } from "../engine/loader.js";
import { KeyloftError } from "../error/error.js";
import { share } from "../files/web/sharing.js";
import { distrust } from "../files/web/unsynced.js";
import { Connection } from "./client/connection.js";
import { Broadcast, clientChannel, type Notice } from "./election/broadcast.js";
import { Candidate, type CandidateEvents, type CandidateHandle } from "./election/candidate.js";
import { WorkerCandidate } from "./election/candidate-worker.js";
import { clientLock, hold } from "./election/locks.js";
import type { Channel } from "./messages/channel.js";
import type { ControlMessage } from "./messages/messages.js";
import { deserializeError } from "./messages/serialized-error.js";
import { VERSION, versionMismatch } from "./messages/version.js";

/** The settings of a tab. */
export interface TabOptions {
  exclusive: boolean;
  patience: number;
  open: OpenOptions;
  wasm: ModuleSource | undefined;
  /** The function that makes the worker; `undefined` in a worker, which needs none. */
  worker: (() => Worker) | undefined;
}

/** The longest time that a timer takes, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/**
 * A tab or a worker that has a database open. It has a candidate for the leadership, and a connection to the leader, which
 * may be this candidate.
 */
export class Tab {
  readonly connection = new Connection();
  private readonly client = crypto.randomUUID();
  private readonly database: string;
  private readonly options: TabOptions;
  private readonly broadcast: Broadcast;
  /** The channels that the tab has offered, and on which no leader has sent `welcome` yet. */
  private readonly offered = new Set<Channel>();
  private candidate: CandidateHandle | undefined;
  private candidateId = "";
  private leaderId: string | undefined;
  private release: (() => Promise<void>) | undefined;
  private unshare: (() => Promise<void>) | undefined;
  private closing: Promise<void> | undefined;
  private late: ReturnType<typeof setTimeout> | undefined;
  private distrusting: Promise<void> | undefined;
  /** The error of a failure during the close. */
  private closingError: unknown;
  private served: () => void = () => undefined;
  private refused: (error: unknown) => void = () => undefined;

  private constructor(database: string, options: TabOptions) {
    this.database = database;
    this.options = options;
    this.broadcast = new Broadcast(database, (notice, version) => this.hear(notice, version));
    globalThis.addEventListener("pagehide", this.frozen);
    globalThis.addEventListener("pageshow", this.thawed);
  }

  /** Opens the database, and waits until a leader serves it. */
  static async open(database: string, options: TabOptions, ended: AbortSignal): Promise<Tab> {
    const tab = new Tab(database, options);
    try {
      const served = new Promise<void>((resolve, reject) => {
        tab.served = resolve;
        tab.refused = reject;
      });
      served.catch(() => undefined);
      // The lock comes first, because a leader regards a client without a lock as ended.
      tab.release = await hold(clientLock(tab.client));
      tab.unshare = await share(database);
      tab.startCandidate();
      tab.sendHello();
      await unlessAborted(ended, served);
      return tab;
    } catch (error) {
      // The worker may be waiting for the engine.
      if (ended.aborted) tab.candidate?.kill?.();
      await tab.leave();
      throw error;
    }
  }

  get role(): "leader" | "follower" {
    return this.leaderId === this.candidateId ? "leader" : "follower";
  }

  /** Waits for the answers to all requests, and closes the database. */
  close(): Promise<void> {
    this.closing ??= this.connection.close().then(async () => {
      await this.leave();
      if (this.closingError !== undefined) throw this.closingError;
    });
    return this.closing;
  }

  /** Releases all resources. */
  private async leave(): Promise<void> {
    globalThis.removeEventListener("pagehide", this.frozen);
    globalThis.removeEventListener("pageshow", this.thawed);
    clearTimeout(this.late);
    this.broadcast.close();
    for (const channel of [...this.offered]) this.withdraw(channel);
    await this.distrusting;
    await this.candidate?.stop();
    await this.release?.();
    // The file is closed now, if it was open here.
    await this.unshare?.();
  }

  private startCandidate(): void {
    const { exclusive, patience, open, wasm, worker } = this.options;
    const [id, own] = this.ownPort();
    const options = { id, database: this.database, exclusive, patience, open, wasm };
    const events: CandidateEvents = {
      failed: (error) => this.fail(error),
      closed: () => this.candidate?.renew(...this.ownPort()),
      died: () => this.candidateDied(),
    };
    this.candidate = worker === undefined ? new Candidate(options, own, events) : new WorkerCandidate(worker, options, own, events);
    if (this.leaderId !== undefined) this.candidate.join();
  }

  /** Returns a new id for the candidate, and a port through which the candidate reaches this tab. */
  private ownPort(): [string, MessagePort] {
    const { port1, port2 } = new MessageChannel();
    this.candidateId = crypto.randomUUID();
    for (const other of [...this.offered]) if (other instanceof MessagePort) this.withdraw(other);
    this.offer(port1);
    return [this.candidateId, port2];
  }

  /** Replaces a candidate whose worker has crashed or was terminated. Every tab needs one, because any leader may end. */
  private candidateDied(): void {
    if (this.role === "leader") this.connection.disconnect(false);
    if (this.closing !== undefined) {
      if (!this.connection.connected) this.connection.fail(new KeyloftError("LeaderLost", "the worker that had the database open has ended: open the database again"));
      return;
    }
    try {
      this.startCandidate();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Gives up the leadership when the page enters the back/forward cache, where it is frozen and can't answer. */
  private readonly frozen = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted) return;
    if (this.role === "leader") this.connection.disconnect(false);
    this.candidate?.kill?.();
  };

  /** Looks for a leader when the page leaves the cache, because it may have missed the notice of a new one. */
  private readonly thawed = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted || this.closing !== undefined) return;
    this.candidateDied();
    this.sendHello();
  };

  /** Asks the leader, if there is one, to serve this tab. */
  private sendHello(): void {
    const channel = crypto.randomUUID();
    const { exclusive, patience, open } = this.options;
    this.offer(clientChannel(channel));
    const fresh = open.mode === "new" && this.leaderId === undefined;
    this.broadcast.send({ notice: "hello", client: this.client, channel, exclusive, fresh, patience });
  }

  private offer(channel: Channel): void {
    this.offered.add(channel);
    channel.onmessage = ({ data }: MessageEvent<ControlMessage>) => {
      if (data.control === "welcome") this.welcome(channel, data.leader);
    };
  }

  private welcome(channel: Channel, leader: string): void {
    this.offered.delete(channel);
    this.leaderId = leader;
    // The port to this tab's candidate stays, because the candidate may lead later.
    for (const other of [...this.offered]) if (leader === this.candidateId || other instanceof BroadcastChannel) this.withdraw(other);
    if (leader !== this.candidateId) this.candidate?.join();
    this.connection.connect(channel);
    clearTimeout(this.late);
    this.served();
  }

  private hear(notice: Notice, version: unknown): void {
    const { client } = this;
    const isRefusal = notice.notice === "refused" && notice.client === client;
    const isNewLeader = notice.notice === "leading" && notice.leader !== this.leaderId;
    if (version !== VERSION) {
      // The leader would refuse this tab, too, but in the format of its version.
      if (isRefusal || isNewLeader) this.fail(versionMismatch(this.database, version, VERSION));
    } else if (isRefusal) this.leaderRefused(deserializeError(notice.error));
    else if (isNewLeader) {
      this.connection.disconnect(false);
      if (notice.leader !== this.candidateId) this.sendHello();
    }
  }

  /** Fails, or waits up to `wait` for the end of an exclusive leader. */
  private leaderRefused(error: Error): void {
    const { exclusive, open } = this.options;
    const { wait } = open;
    const locked = error instanceof KeyloftError && error.code === "DatabaseLocked";
    if (!locked || wait === undefined || this.leaderId !== undefined) this.fail(error);
    // An exclusive candidate has a separate timer.
    else if (!exclusive) this.late ??= setTimeout(() => this.fail(error), Math.min(wait, LONGEST));
  }

  /** Fails all requests and releases all resources, because no leader serves this tab any more. */
  private fail(error: unknown): void {
    // The worker that has met the failed sync ends. This page knows of it as long as it is open.
    if (error instanceof KeyloftError && error.code === "SyncFailed") this.distrusting = distrust(this.database);
    this.refused(error);
    if (this.leaderId === undefined) return;
    this.connection.fail(error instanceof KeyloftError ? error : new KeyloftError("LeaderLost", "the database can't be reopened: close it, and open it again", { cause: error }));
    if (this.closing !== undefined) this.closingError ??= error;
    else this.closing = this.leave();
  }

  private withdraw(channel: Channel): void {
    this.offered.delete(channel);
    channel.onmessage = null;
    channel.close();
  }
}
