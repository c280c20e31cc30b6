// The interface of the page to any table, whatever its keys and entities are.

import type { AsyncWatch, Page, PageOptions, Query, Row, WatchEvent } from "keyloft";

/** An entity of a table, as the page shows it. */
export interface Entry {
  /** The key as text, which is unique in the table. */
  readonly id: string;
  readonly key: unknown;
  /** The columns that can be edited. */
  readonly columns: Row;
  /** The columns that the table keeps. */
  readonly kept: Row;
}

/** The range of entries: the text of the filter, and bounds at keys. */
export interface Range {
  prefix?: string | undefined;
  /** The index that the bounds and the order are of, instead of the key. */
  index?: string | undefined;
  gt?: unknown;
  gte?: unknown;
  lt?: unknown;
  lte?: unknown;
  reverse?: boolean | undefined;
}

/** The events of the watched entries. */
export type Change =
  | { type: "current"; entries: Entry[] }
  | { type: "inserted"; new: Entry }
  | { type: "updated"; old: Entry; new: Entry }
  | { type: "deleted"; old: Entry }
  | { type: "lagged"; missed: bigint };

/** The reads in one order. */
interface Ordered<K, P, E> {
  count(query: Query<K, P>): Promise<number>;
  page(options: PageOptions<K, P>): Promise<Page<E>>;
}

/** The methods of the package's tables that the page needs. */
export interface Store<K, P, V, E> extends Ordered<K, P, E> {
  /** Reads by an index, where the table has some. */
  by?(index: string): Ordered<K, P, E>;
  watch(query: Query<K, P>): AsyncWatch<K, V, E>;
  delete(key: K): Promise<boolean>;
}

/** The conversion between the keys and entities of a table and the page's entries. */
export interface Form<K, P, V, E> {
  /** The text that explains the filter. */
  readonly filter: string;
  prefix(text: string): P;
  entry(key: K, value: V): Entry;
  of(entity: E): Entry;
  /** Writes a column from the text of its editor. */
  set(key: K, column: string, text: string, entry: Entry): Promise<void>;
  /** Restores a deleted entry. */
  restore(key: K, entry: Entry): Promise<void>;
}

/** A table, opened as a principal. */
export class Rows<K = unknown, P = unknown, V = unknown, E = unknown> {
  private readonly store: Store<K, P, V, E>;
  private readonly form: Form<K, P, V, E>;

  constructor(store: Store<K, P, V, E>, form: Form<K, P, V, E>) {
    this.store = store;
    this.form = form;
  }

  get filter(): string {
    return this.form.filter;
  }

  count(range: Range): Promise<number> {
    return this.ordered(range).count(this.query(range));
  }

  async page(range: Range, limit: number, cursor: string | undefined): Promise<{ entries: Entry[]; next: string | undefined }> {
    const { entries, cursor: next } = await this.ordered(range).page({ ...this.query(range), limit, cursor });
    return { entries: entries.map((entity) => this.form.of(entity)), next };
  }

  /** Gives the entries of the range and then their changes, until the returned function is called. */
  watch(range: Range, tell: (change: Change) => void, fail: (error: unknown) => void): () => void {
    const { index } = range;
    const events = this.store.watch({ ...this.query(range), ...(index !== undefined && { index }) });
    let over = false;
    const follow = async (): Promise<void> => {
      try {
        for await (const event of events) if (!over) tell(this.change(event));
      } catch (error) {
        if (!over) fail(error);
      }
    };
    void follow();
    return () => {
      over = true;
      events.close();
    };
  }

  set(entry: Entry, column: string, text: string): Promise<void> {
    return this.form.set(entry.key as K, column, text, entry);
  }

  delete(entry: Entry): Promise<boolean> {
    return this.store.delete(entry.key as K);
  }

  restore(entry: Entry): Promise<void> {
    return this.form.restore(entry.key as K, entry);
  }

  private ordered({ index }: Range): Ordered<K, P, E> {
    if (index === undefined) return this.store;
    const ordered = this.store.by?.(index);
    if (ordered === undefined) throw new Error(`the table has no index ${index}`);
    return ordered;
  }

  private query({ prefix, reverse, index: _, ...bounds }: Range): Query<K, P> {
    const query: Query<K, P> = bounds as Query<K, P>;
    if (reverse === true) query.reverse = true;
    return prefix === undefined || prefix === "" ? query : { ...query, prefix: this.form.prefix(prefix) };
  }

  private change(event: WatchEvent<K, V, E>): Change {
    const { form } = this;
    switch (event.type) {
      case "current":
        return { type: "current", entries: event.entries.map((entity) => form.of(entity)) };
      case "inserted":
        return { type: "inserted", new: form.entry(event.key, event.new) };
      case "updated":
        return { type: "updated", old: form.entry(event.key, event.old), new: form.entry(event.key, event.new) };
      case "deleted":
      case "unreadable":
        return { type: "deleted", old: form.entry(event.key, event.old) };
      case "lagged":
        return event;
      default:
        throw new Error(`an event ${event.type} of a range without a limit`);
    }
  }
}
