// A candidate in a worker: the tab's side and the worker's.

import { KeyloftError } from "../../error/error.js";
import { deserializeError, type SerializedError, serializeError } from "../messages/serialized-error.js";
import { VERSION } from "../messages/version.js";
import { Candidate, type CandidateEvents, type CandidateHandle, type CandidateOptions } from "./candidate.js";
import { gone, hold, workerLock } from "./locks.js";

/** A message to the worker. */
type Command =
  | { keyloft: "start"; version: number; options: CandidateOptions; own: MessagePort }
  | { keyloft: "renew"; id: string; own: MessagePort }
  | { keyloft: "join" }
  | { keyloft: "stop" };

/** A message from the worker. */
type Report = { keyloft: "ready" | "closed" | "died" | "stopped" } | { keyloft: "failed"; error: SerializedError };

/** The longest time that a worker takes to start and to stop, in milliseconds. */
const START = 30_000;
const STOP = 5_000;

/** A candidate in a worker, on the tab's side. */
export class WorkerCandidate implements CandidateHandle {
  private readonly worker: Worker;
  private readonly watching = new AbortController();
  private readonly late: ReturnType<typeof setTimeout>;
  private readonly id: string;
  private stopped: () => void = () => undefined;
  private readonly end = new Promise<void>((resolve) => (this.stopped = resolve));

  constructor(make: () => Worker, options: CandidateOptions, own: MessagePort, events: CandidateEvents) {
    this.id = options.id;
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
    this.late = setTimeout(() => fail(`it was silent for ${START} ms`), START);
    let ready = false;
    this.worker.addEventListener("error", (event) => {
      if (!ready) fail(event.message || "its script can't be loaded", event.error ?? undefined);
    });
    this.worker.addEventListener("message", ({ data }: MessageEvent<Partial<Report> | null>) => {
      if (data?.keyloft === "ready") {
        ready = true;
        clearTimeout(this.late);
        // A terminated worker sends no message. Only the release of its lock shows that it has ended.
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
      } else if (data?.keyloft === "failed") {
        clearTimeout(this.late);
        events.failed(deserializeError((data as Extract<Report, { keyloft: "failed" }>).error));
      }
    });
    this.send({ keyloft: "start", version: VERSION, options, own }, [own]);
  }

  join(): void {
    this.send({ keyloft: "join" });
  }

  renew(id: string, own: MessagePort): void {
    this.send({ keyloft: "renew", id, own }, [own]);
  }

  async stop(): Promise<void> {
    clearTimeout(this.late);
    this.watching.abort();
    this.send({ keyloft: "stop" });
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

  private send(command: Command, transfer: Transferable[] = []): void {
    this.worker.postMessage(command, transfer);
  }
}

/** The part of a worker's global scope that is used here. */
interface WorkerScope {
  postMessage(report: Report): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Partial<Command> | null>) => void): void;
}

/** Runs a candidate in a worker as its tab commands. */
export function runCandidateWorker(scope: WorkerScope): void {
  let candidate: Candidate | undefined;
  let leave: (() => Promise<void>) | undefined;
  const failed = (error: unknown): void => scope.postMessage({ keyloft: "failed", error: serializeError(error) });
  scope.addEventListener("message", async ({ data }) => {
    switch (data?.keyloft) {
      case "start": {
        const { version, options, own } = data as Extract<Command, { keyloft: "start" }>;
        if (version !== VERSION) {
          failed(workerMismatch(version));
          return;
        }
        candidate = new Candidate(options, own, {
          failed,
          closed: () => scope.postMessage({ keyloft: "closed" }),
          died: () => scope.postMessage({ keyloft: "died" }),
        });
        leave = await hold(workerLock(options.id));
        scope.postMessage({ keyloft: "ready" });
        return;
      }
      case "renew": {
        const { id, own } = data as Extract<Command, { keyloft: "renew" }>;
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
    `the worker of the database can't be started: ${why}; serve its script, \`keyloft/worker\`, beside the package's other scripts, or name its URL with \`worker: () => new Worker(…, { type: "module" })\`, and allow it in the page's content security policy`,
    cause === undefined ? undefined : { cause },
  );
}

function workerMismatch(page: unknown): KeyloftError {
  return new KeyloftError(
    "VersionMismatch",
    `the worker of the database uses version ${VERSION} of the messages, and its page uses version ${page}: reload the page, and serve \`keyloft\` and \`keyloft/worker\` of one release`,
  );
}
