import { LIVE } from "./table/live-queries.js";
import type { FollowedWatch, LiveEvent } from "./live/result.js";
import type { AsyncCollection } from "./remote/client/async-collection.js";
import type { CollectionDefinition, KeyOf, PrefixOf, StoredKeyOf } from "./table/collection-definition.js";
import type { Collection } from "./table/collection.js";
import type { Query } from "./table/query.js";

/** The definition of a collection whose keys TanStack DB can have: text or numbers. */
type Keyed = CollectionDefinition & { readonly key: "string" | "u8" | "u16" | "u32" | "i8" | "i16" | "i32" };

/** The items of a collection: the rows, with their keys in the property `N`. */
export type Item<D extends CollectionDefinition, R extends object, N extends string> = R & { [K in N]: StoredKeyOf<D> };

/** The options of `keyloftCollectionOptions`. */
export interface KeyloftCollectionConfig<D extends CollectionDefinition, R extends object, N extends string> {
  /** The collection of the database. Its keys are text or numbers of at most 32 bits. */
  source: AsyncCollection<D, R> | Collection<D, R>;
  /** The property of an item that holds the key: `id` by default. It is not stored in the row. */
  key?: N | undefined;
  /** The query of the rows that the collection has; by default all. */
  query?: Omit<Query<KeyOf<D>, PrefixOf<D>>, "limit" | "reverse"> | undefined;
  /** The id of the collection in TanStack DB. */
  id?: string | undefined;
  /** Takes the errors of following the database, after which the collection may be out of date. By default they are logged. */
  onError?: ((error: unknown) => void) | undefined;
}

/** A change of an item by the application. */
interface Mutation<T, K> {
  readonly key: K;
  readonly modified: T;
}

type Handler<T, K> = (given: { transaction: { mutations: readonly Mutation<T, K>[] } }) => Promise<void>;

/** The calls of TanStack DB by which a function fills a collection. */
interface Sync<T, K> {
  begin(): void;
  write(message: { type: "insert" | "update"; value: T } | { type: "delete"; key: K }): void;
  commit(): unknown;
  markReady(): void;
  markError?(error?: unknown): void;
  truncate(): void;
}

/** The options of a collection of TanStack DB, for `createCollection`. */
export interface CollectionOptions<T extends object, K extends string | number> {
  id?: string;
  getKey: (item: T) => K;
  sync: { sync: (sync: Sync<T, K>) => () => void; rowUpdateMode: "full" };
  onInsert: Handler<T, K>;
  onUpdate: Handler<T, K>;
  onDelete: Handler<T, K>;
}

/**
 * Returns the options of a collection of TanStack DB over a collection of a database. Changes to the database are shown, those
 * of other tabs too. The changes of one mutation are written in one transaction, and each replaces the whole row.
 */
export function keyloftCollectionOptions<const D extends Keyed, R extends object, const N extends string = "id">(
  config: KeyloftCollectionConfig<D, R, N>,
): CollectionOptions<Item<D, R, N>, StoredKeyOf<D> & (string | number)> {
  type T = Item<D, R, N>;
  type K = StoredKeyOf<D> & (string | number);
  const { source, query = {}, id, onError = (error: unknown) => console.error(error) } = config;
  const name: string = config.key ?? "id";
  const table = source as unknown as Source;
  const follower = new Follower<T, K>((options) => table.watch(query, options), (key, row) => ({ ...row, [name]: key }) as T, onError);
  const write = async (mutations: readonly Mutation<T, K>[], type: "insert" | "put" | "delete"): Promise<void> => {
    await table.batch(
      mutations.map(({ key, modified }) => {
        const { [name]: _, ...value } = modified as { [property: string]: unknown };
        return { type, key, value };
      }),
    );
    // The answer to a later request comes after the events of the write. So the items are there when TanStack DB drops its own.
    await table.has(mutations[0]?.key);
    follower.pull();
  };
  return {
    ...(id === undefined ? {} : { id }),
    getKey: (item) => (item as { [property: string]: unknown })[name] as K,
    sync: { rowUpdateMode: "full", sync: (sync) => follower.begin(sync) },
    onInsert: ({ transaction }) => write(transaction.mutations, "insert"),
    onUpdate: ({ transaction }) => write(transaction.mutations, "put"),
    onDelete: ({ transaction }) => write(transaction.mutations, "delete"),
  };
}

/** The members of a collection that are used here, of either kind of database. */
interface Source {
  watch(query: unknown, options: unknown): FollowedWatch;
  batch(writes: readonly unknown[]): unknown;
  has(key: unknown): unknown;
}

/** The codes of errors of one row. The watch goes on after them. */
const OF_ROWS: ReadonlySet<unknown> = new Set(["Decode", "NewerVersion", "InvalidKey"]);

/** Passes the events of a watch to TanStack DB. */
class Follower<T, K> {
  private readonly watch: (options: object) => FollowedWatch;
  private readonly item: (key: K, row: object) => T;
  private readonly report: (error: unknown) => void;
  private followed: { readonly watch: FollowedWatch; readonly sync: Sync<T, K>; isReady: boolean } | undefined;

  constructor(watch: (options: object) => FollowedWatch, item: (key: K, row: object) => T, report: (error: unknown) => void) {
    this.watch = watch;
    this.item = item;
    this.report = report;
  }

  /** Begins to follow the database. Returns the function that ends it. */
  begin(sync: Sync<T, K>): () => void {
    const watch = this.watch(LIVE);
    this.followed = { watch, sync, isReady: false };
    void this.follow(watch);
    this.pull();
    return () => {
      watch.close();
      if (this.followed?.watch === watch) this.followed = undefined;
    };
  }

  /** Passes on the events that are there, as one transaction. */
  pull(): void {
    const { followed } = this;
    if (followed === undefined) return;
    const { sync } = followed;
    let isOpen = false;
    const changing = (): void => {
      if (!isOpen) sync.begin();
      isOpen = true;
    };
    let isRead = false;
    for (const event of followed.watch.drain()) {
      if (!("type" in event)) this.fail(event.error);
      else if (event.type !== "lagged") {
        changing();
        isRead ||= event.type === "current";
        this.pass(event, sync, followed.isReady);
      }
    }
    if (isOpen) sync.commit();
    if (!isRead || followed.isReady) return;
    followed.isReady = true;
    sync.markReady();
  }

  private pass(event: LiveEvent, sync: Sync<T, K>, isReady: boolean): void {
    const item = (entry: unknown): T => this.item(...(entry as [K, object]));
    if (event.type === "current") {
      if (isReady) sync.truncate();
      for (const entry of event.entries) sync.write({ type: "insert", value: item(entry) });
    } else if (event.type === "inserted") sync.write({ type: "insert", value: item(event.new) });
    else if (event.type === "updated") sync.write({ type: "update", value: item(event.new) });
    else if (event.type === "deleted" || event.type === "unreadable") sync.write({ type: "delete", key: event.key as K });
  }

  private async follow(watch: FollowedWatch): Promise<void> {
    let woken = watch.woken();
    while (this.followed?.watch === watch && !watch.ended) {
      try {
        await woken;
      } catch (error) {
        this.fail(error);
      }
      // An event after the others are taken must wake this again.
      woken = watch.woken();
      woken.catch(() => undefined);
      if (this.followed?.watch === watch) this.pull();
    }
  }

  private fail(error: unknown): void {
    const { followed } = this;
    if (followed === undefined) return;
    if (!OF_ROWS.has((error as { code?: unknown } | null)?.code)) followed.watch.close();
    if (followed.isReady || followed.sync.markError === undefined) this.report(error);
    else followed.sync.markError(error);
  }
}
