import { KeyloftError } from "../../error/error.js";
import { deserializeError, type SerializedError, serializeError } from "../messages/serialized-error.js";
import { type CandidateOptions, Candidate, type CandidateEvents } from "./candidate.js";
import { gone, hold, workerLock } from "./locks.js";

// Where a candidate is: in a worker of this tab's, or right here in a worker.


/** A candidate, handled from its tab. */
export interface CandidateHandle {
  /** The tab is served by another. */
  join(): void;
  /** Goes on with this line to its tab, after it has let the file go. */
  renew(id: string, own: MessagePort): void;
  stop(): Promise<void>;
  /** Ends it at once, with no word to anybody. */
  kill?(): void;
}

/** What is said to the worker. */
type WorkerCommand =
  | { keyloft: "wish"; wish: CandidateOptions; own: MessagePort }
  | { keyloft: "renew"; id: string; own: MessagePort }
  | { keyloft: "join" }
  | { keyloft: "stop" };

/** What the worker says. */
type WorkerReport = { keyloft: "ready" | "closed" | "died" | "stopped" } | { keyloft: "failed"; failure: SerializedError };

/** How long a worker may take to start, and to stop, in milliseconds. */
const START = 30_000;

const STOP = 5_000;

/** A candidate right here. */
export function localCandidate(wish: CandidateOptions, own: MessagePort, events: CandidateEvents): CandidateHandle {
  return new Candidate(wish, own, events);
}

/** A candidate in a worker. */
export class WorkerCandidate implements CandidateHandle {
  private readonly worker: Worker;
  private readonly watching = new AbortController();
  private readonly late: ReturnType<typeof setTimeout>;
  private readonly id: string;
  private stopped: () => void = () => undefined;
  private readonly end = new Promise<void>((resolve) => (this.stopped = resolve));

  constructor(make: () => Worker, wish: CandidateOptions, own: MessagePort, events: CandidateEvents) {
    this.id = wish.id;
    try {
      this.worker = make();
    } catch (cause) {
      throw startFailed("it can't be made", cause);
    }
    const fail = (why: string, cause?: unknown): void => {
      clearTimeout(this.late);
      this.stopped();
      events.failed(startFailed(why, cause));
    };
    this.late = setTimeout(() => fail(`it has not said a word for ${START} ms`), START);
    let ready = false;
    this.worker.addEventListener("error", (event) => {
      if (!ready) fail(event.message || "its script can't be loaded", event.error ?? undefined);
    });
    this.worker.addEventListener("message", ({ data }: MessageEvent<Partial<WorkerReport> | null>) => {
      if (data?.keyloft === "ready") {
        ready = true;
        clearTimeout(this.late);
        void gone(workerLock(this.id), this.watching.signal).then((is) => {
          if (!is) return;
          this.stopped();
          events.died();
        });
      } else if (data?.keyloft === "stopped") this.stopped();
      else if (data?.keyloft === "closed") events.closed();
      else if (data?.keyloft === "died") {
        this.kill();
        events.died();
      } else if (data?.keyloft === "failed") events.failed(deserializeError((data as Extract<WorkerReport, { keyloft: "failed" }>).failure));
    });
    this.say({ keyloft: "wish", wish, own }, [own]);
  }

  join(): void {
    this.say({ keyloft: "join" });
  }

  renew(id: string, own: MessagePort): void {
    this.say({ keyloft: "renew", id, own }, [own]);
  }

  async stop(): Promise<void> {
    clearTimeout(this.late);
    this.watching.abort();
    this.say({ keyloft: "stop" });
    const late = setTimeout(this.stopped, STOP);
    await this.end;
    clearTimeout(late);
    this.kill();
  }

  kill(): void {
    clearTimeout(this.late);
    this.watching.abort();
    this.stopped();
    this.worker.terminate();
  }

  private say(order: WorkerCommand, transfer: Transferable[] = []): void {
    this.worker.postMessage(order, transfer);
  }
}

/** What a worker has in common with a page here. */
interface WorkerScope {
  postMessage(report: WorkerReport): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Partial<WorkerCommand> | null>) => void): void;
}

/** What the worker of the package does: as its tab says. */
export function runCandidateWorker(scope: WorkerScope): void {
  let candidate: Candidate | undefined;
  let leave: (() => Promise<void>) | undefined;
  scope.addEventListener("message", async ({ data }) => {
    switch (data?.keyloft) {
      case "wish": {
        const { wish, own } = data as Extract<WorkerCommand, { keyloft: "wish" }>;
        candidate = new Candidate(wish, own, {
          failed: (error) => scope.postMessage({ keyloft: "failed", failure: serializeError(error) }),
          closed: () => scope.postMessage({ keyloft: "closed" }),
          died: () => scope.postMessage({ keyloft: "died" }),
        });
        leave = await hold(workerLock(wish.id));
        scope.postMessage({ keyloft: "ready" });
        return;
      }
      case "renew": {
        const { id, own } = data as Extract<WorkerCommand, { keyloft: "renew" }>;
        candidate?.renew(id, own);
        return;
      }
      case "join":
        candidate?.join();
        return;
      case "stop":
        await candidate?.stop();
        await leave?.();
        scope.postMessage({ keyloft: "stopped" });
    }
  });
}

function startFailed(why: string, cause: unknown): KeyloftError {
  return new KeyloftError(
    "WorkerFailed",
    `the worker of the database can't be started: ${why}; it is the file of \`keyloft/worker\`, which has to be served beside the package's others and allowed by the page's policy: with \`worker: () => new Worker(…, { type: "module" })\` say where it is`,
    cause === undefined ? undefined : { cause },
  );
}
