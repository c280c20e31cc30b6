import { DirectDatabase, loader, type OpenOptions, openPort } from "../direct.js";
import { KeyloftError } from "../error.js";
import type { ModuleSource } from "../loader.js";
import { failureOf } from "./failure.js";
import { Host } from "./host.js";
import { Hub, lineChannel, type Notice } from "./hub.js";
import { clientLock, gone, leaderLock } from "./locks.js";

/** What one wishes to lead for. */
export interface Candidacy {
  /** The one who wishes. */
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

/** One that opens the database when nobody else has it open, and serves all who use it from then on. */
export class Candidate {
  private readonly wish: Candidacy;
  private readonly own: MessagePort;
  private readonly giveUp = new AbortController();
  private readonly running: Promise<void>;
  private joined = false;
  private leave: () => void = () => undefined;
  private readonly left = new Promise<void>((resolve) => (this.leave = resolve));

  /** `own` is the line to its own tab. `failed` is told why it can't lead. */
  constructor(wish: Candidacy, own: MessagePort, failed: (error: unknown) => void) {
    this.wish = wish;
    this.own = own;
    this.running = this.run().catch(failed);
  }

  /** Its tab is served by another: the database is there, and what was said of how to open it has been done. */
  join(): void {
    this.joined = true;
  }

  /** Gives it up, with the database closed. */
  stop(): Promise<void> {
    this.giveUp.abort();
    this.leave();
    return this.running;
  }

  private async run(): Promise<void> {
    const { database, exclusive, open } = this.wish;
    const { signal } = this.giveUp;
    const late = exclusive ? setTimeout(() => this.giveUp.abort(locked(database)), open.wait ?? WAIT) : undefined;
    try {
      await navigator.locks.request(leaderLock(database), { signal }, () => {
        clearTimeout(late);
        return this.lead();
      });
    } catch (error) {
      if (!signal.aborted) throw error;
      if (signal.reason instanceof KeyloftError) throw signal.reason;
    }
  }

  private async lead(): Promise<void> {
    const { id, database, patience, open, wasm } = this.wish;
    await loader.init(wasm);
    const host = new Host(new DirectDatabase(await openPort(database, this.joined ? { mode: "open" } : open)));
    const watching = new AbortController();
    const hub = new Hub(database, (notice) => this.hear(notice, host, hub, watching.signal));
    try {
      hub.tell({ notice: "leading", leader: id });
      host.serve(id, this.own, patience, id, () => undefined);
      await this.left;
    } finally {
      watching.abort();
      hub.close();
      host.close();
    }
  }

  private hear(notice: Notice, host: Host, hub: Hub, signal: AbortSignal): void {
    if (notice.notice !== "hello" || host.serves(notice.client)) return;
    const { database, id } = this.wish;
    const { client, line, patience } = notice;
    if (this.wish.exclusive || notice.exclusive || notice.fresh) {
      const error = notice.fresh ? new KeyloftError("DatabaseExists", `database \`${database}\` exists already, and is open`) : locked(database);
      hub.tell({ notice: "refused", client, failure: failureOf(error) });
      return;
    }
    host.serve(client, lineChannel(line), patience, id, () => undefined);
    void gone(clientLock(client), signal).then((is) => {
      if (is) host.end(client);
    });
  }
}

/** How long to wait for the one who has it for itself, in milliseconds. */
const WAIT = 4000;

function locked(database: string): KeyloftError {
  return new KeyloftError(
    "DatabaseLocked",
    `database \`${database}\` is open in another tab or worker, and one of the two wants it for itself: close it there, or open it in both with \`tabs: "shared"\``,
  );
}
