import type { FailedEvent, WatchEvent } from "../watch/event.js";
import { isSame, isSameList, kept } from "./identity.js";

/** An event of a watch for a live query: the new values are entries, and the old ones are left out. */
export type LiveEvent = WatchEvent<unknown, unknown, unknown>;

/** A watch that a live query follows. */
export interface FollowedWatch {
  /** Set once no event follows. */
  readonly ended: boolean;
  /** Returns the events that are there. */
  drain(): readonly (LiveEvent | FailedEvent)[];
  /** Waits until there may be events, or the watch has ended. */
  woken(): Promise<void>;
  close(): void;
}

/** The value of a live query, which follows the events. */
export interface LiveResult<T> {
  /** The value. It is the same object until something changes. */
  readonly value: T;
  apply(event: LiveEvent): void;
  /** Reads the value again, if that is needed and takes time. */
  read?(): Promise<void> | undefined;
}

/** The number of departed entries that a list knows. */
const DEPARTED = 16;

/** The entries of a query with a limit, in their order. */
export class LiveList<E> implements LiveResult<readonly E[] | undefined> {
  private entries: E[] = [];
  private snapshot: readonly E[] | undefined;
  private isStale = false;
  private readonly clear: () => void;
  private readonly splice: (at: number, removed: number, ...added: E[]) => readonly E[];
  /** The last entries that left since the value was asked for. A list with a limit may get them back. */
  private readonly departed: E[] = [];

  /** `also` is a list with an item for each entry, in which the items of new entries are missing. */
  constructor(also?: (undefined | object)[]) {
    this.splice = (at, removed, ...added) => {
      also?.splice(at, removed, ...added.map(() => undefined));
      return this.entries.splice(at, removed, ...added);
    };
    this.clear = () => void (also !== undefined && (also.length = 0));
  }

  get value(): readonly E[] | undefined {
    if (this.isStale) {
      this.isStale = false;
      this.departed.length = 0;
      // The value is shared, so it is not changed any more.
      if (this.snapshot === undefined || !isSameList(this.snapshot, this.entries, Object.is)) this.snapshot = [...this.entries];
    }
    return this.snapshot;
  }

  apply(event: LiveEvent): void {
    const { entries } = this;
    switch (event.type) {
      case "current": {
        const next = kept(this.snapshot === undefined ? [] : entries, event.entries as E[]);
        this.isStale ||= next !== entries || this.snapshot === undefined;
        if (next !== entries) {
          this.entries = [...next];
          this.clear();
        }
        return;
      }
      case "entered":
        this.splice(event.at, 0, this.departed.find((entry) => isSame(entry, event.new)) ?? (event.new as E));
        break;
      case "left":
        this.departed.push(...this.splice(event.at, 1));
        if (this.departed.length > DEPARTED) this.departed.shift();
        break;
      case "changed":
        if (event.from === event.to && isSame(entries[event.to], event.new)) return;
        this.splice(event.from, 1);
        this.splice(event.to, 0, event.new as E);
        break;
      default:
        return;
    }
    this.isStale = true;
  }
}

/** The number of a query's entities. */
export class LiveCount implements LiveResult<number | undefined> {
  value: number | undefined;

  apply(event: LiveEvent): void {
    const before = this.value ?? 0;
    if (event.type === "current") this.value = event.entries.length;
    else if (event.type === "inserted" || event.type === "entered") this.value = before + 1;
    else if (event.type === "deleted" || event.type === "left" || event.type === "unreadable") this.value = before - 1;
  }
}

/** The entity under one key. */
export class LiveEntity<V> implements LiveResult<V | undefined> {
  value: V | undefined;

  apply(event: LiveEvent): void {
    if (event.type === "current") this.set(event.entries[0]);
    else if (event.type === "inserted" || event.type === "updated") this.set(event.new);
    else if (event.type === "deleted" || event.type === "unreadable") this.value = undefined;
  }

  /** Sets the entity of an entry, which is a pair with its key unless it holds the key itself. */
  private set(entry: unknown): void {
    const next = (Array.isArray(entry) ? entry[1] : entry) as V | undefined;
    if (!isSame(this.value, next)) this.value = next;
  }
}
