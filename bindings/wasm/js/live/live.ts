import { FailedEvent } from "../watch/event.js";
import { KeyloftError } from "../error/error.js";
import type { FollowedWatch, LiveEvent, LiveResult } from "./result.js";

/**
 * The state of a live query:
 *
 * - `loading`: there is no value yet.
 * - `ready`: the value is that of the last commit this program knows of.
 * - `lagged`: changes were lost, for example with another tab that had the database open. The value is an old one, and is
 *   read again.
 * - `failed`: see `error`. If one entity can't be read, the value has the others and is kept up to date. After other errors it is
 *   not, until the query is subscribed to again.
 * - `closed`: the database is closed, and the value stays as it is.
 */
export type LiveStatus = "loading" | "ready" | "lagged" | "failed" | "closed";

/**
 * A query whose value is kept up to date. It has the form that Svelte's stores and React's `useSyncExternalStore` take. Its
 * functions need no `this`.
 *
 * An event costs as much as what it changes. Entities that did not change are the same objects as before, and a value without
 * changes is the same value. Don't change the value: it is shared.
 */
export interface Live<T> {
  /**
   * Calls `run` with the value at once, and again after each change of the value or the status. Several commits of one turn are
   * one change. Returns a function that ends this. The query is watched while it has subscribers.
   */
  readonly subscribe: (run: (value: T) => void) => () => void;
  /** Returns the value. Without a subscriber, the query is watched for a second more. */
  readonly get: () => T;
  /** The state of the query. */
  readonly status: LiveStatus;
  /** The error of the status `failed`. */
  readonly error: unknown;
}

/** The time for which a query without subscribers is watched after its value was asked for, in milliseconds. */
const GRACE = 1000;

/** The codes of errors of one entity. The watch goes on after them. */
const OF_ENTITIES: ReadonlySet<string> = new Set(["Decode", "NewerVersion", "InvalidKey"]);

/** A live query that follows a watch. */
export class LiveQuery<T> implements Live<T> {
  private readonly begin: () => FollowedWatch;
  private readonly result: LiveResult<T>;
  private readonly listeners = new Set<{ readonly run: (value: T) => void }>();
  private watch: FollowedWatch | undefined;
  private grace: ReturnType<typeof setTimeout> | undefined;
  private state: LiveStatus = "loading";
  private failure: unknown;
  /** Set while the value is read again. */
  private reading: Promise<void> | undefined;
  /** The value and the status that the listeners were told last. */
  private told: { value: T; state: LiveStatus } | undefined;

  constructor(begin: () => FollowedWatch, result: LiveResult<T>) {
    this.begin = begin;
    this.result = result;
  }

  get status(): LiveStatus {
    return this.state === "ready" && this.reading !== undefined ? (this.result.value === undefined ? "loading" : "lagged") : this.state;
  }

  get error(): unknown {
    return this.failure;
  }

  readonly subscribe = (run: (value: T) => void): (() => void) => {
    const value = this.get();
    this.rest();
    const listener = { run };
    this.listeners.add(listener);
    this.told ??= { value, state: this.status };
    run(value);
    return () => {
      if (this.listeners.delete(listener) && this.listeners.size === 0) this.stop();
    };
  };

  readonly get = (): T => {
    this.start();
    if (this.listeners.size === 0) {
      this.rest();
      this.grace = setTimeout(() => this.stop(), GRACE);
      // Node would wait for the timer before it ends.
      (this.grace as { unref?: () => void }).unref?.();
    }
    return this.result.value;
  };

  /** Watches the query, or takes the events that are there. */
  private start(): void {
    if (this.watch === undefined) {
      this.state = this.state === "loading" ? "loading" : "lagged";
      this.failure = undefined;
      const watch = this.begin();
      this.watch = watch;
      this.follow(watch).catch((error: unknown) => this.fail(error));
    }
    this.pull(this.watch);
  }

  private stop(): void {
    this.rest();
    this.told = undefined;
    this.watch?.close();
    this.watch = undefined;
  }

  private rest(): void {
    clearTimeout(this.grace);
    this.grace = undefined;
  }

  /** Tells the listeners of the events of the watch, until it ends. */
  private async follow(watch: FollowedWatch): Promise<void> {
    let woken = watch.woken();
    while (this.watch === watch && !watch.ended) {
      const failure = await woken.then(() => undefined, (error: unknown) => new FailedEvent(error));
      if (this.watch !== watch) return;
      if (failure !== undefined) this.take(watch, failure);
      // An event after the others are taken must wake this again.
      woken = watch.woken();
      woken.catch(() => undefined);
      this.pull(watch);
      await this.reading;
      if (this.watch !== watch) return;
      this.tell();
    }
  }

  private pull(watch: FollowedWatch): void {
    if (this.state === "closed" && watch.ended) return;
    for (const event of watch.drain()) this.take(watch, event);
    if (watch.ended && this.state !== "failed") this.state = "closed";
    else this.reading ??= this.read(watch)?.finally(() => (this.reading = undefined));
  }

  /** Reads the value again, if that is needed. The changes meanwhile need one more reading. */
  private read(watch: FollowedWatch): Promise<void> | undefined {
    return this.result.read?.()?.then(
      () => (this.watch === watch ? this.read(watch) : undefined),
      (error: unknown) => this.fail(error),
    );
  }

  private take(watch: FollowedWatch, event: LiveEvent | FailedEvent): void {
    if (event instanceof FailedEvent) {
      this.fail(event.error);
      if (!(event.error instanceof KeyloftError) || !OF_ENTITIES.has(event.error.code)) watch.close();
    } else if (event.type === "lagged") this.state = "lagged";
    else {
      this.result.apply(event);
      if (event.type !== "current") return;
      this.state = "ready";
      this.failure = undefined;
    }
  }

  private fail(error: unknown): void {
    this.state = "failed";
    this.failure = error;
  }

  private tell(): void {
    let value = this.told?.value as T;
    try {
      ({ value } = this.result);
    } catch (error) {
      // A function of the caller has thrown.
      this.fail(error);
    }
    const state = this.status;
    if (this.told !== undefined && Object.is(this.told.value, value) && this.told.state === state) return;
    this.told = { value, state };
    for (const { run } of [...this.listeners]) {
      try {
        run(value);
      } catch (error) {
        // It is not an error of the other listeners.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
