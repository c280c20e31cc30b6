import { type SelectParts, Selecting } from "./select-builder.js";
import { isSameList, kept, keyText } from "../live/identity.js";
import { LiveList, type LiveEvent, type LiveResult } from "../live/result.js";

type Entry = readonly [key: unknown, row: unknown];

type Of<T> = (row: never, key: never) => T;

/** Returns the parts of a selection with functions that are called once for a row. */
export function remembering(parts: SelectParts): SelectParts {
  const { filters, order, project } = parts;
  return {
    ...parts,
    filters: filters.map(remembered),
    order: typeof order === "function" ? remembered(order) : order,
    project: project === undefined ? undefined : remembered(project),
  };
}

function remembered<T>(call: Of<T>): Of<T> {
  const known = new WeakMap<object, { readonly result: T }>();
  return (row, key) => {
    let found = known.get(row);
    if (found === undefined) known.set(row, (found = { result: call(row, key) }));
    return found.result;
  };
}

/** Returns the results of the entries, or `before` if these are the same. */
function resultsOf<T>(parts: SelectParts, entries: readonly Entry[], before: readonly T[] | undefined): readonly T[] {
  const selecting = new Selecting<T>(parts);
  const results: T[] = [];
  for (const entry of entries) {
    const result = selecting.take(entry);
    if (result !== undefined) results.push(result[0]);
    if (selecting.isComplete) break;
  }
  for (const result of selecting.finish()) results.push(result);
  return before !== undefined && isSameList(before, results, Object.is) ? before : results;
}

/** The outcome of the caller's functions for an entry that is selected. */
interface Outcome {
  readonly result: unknown;
}

/** The outcome for an entry that is not selected. */
const NONE: Outcome = { result: undefined };

/** The results of a selection whose entities are those of one query, in its order. */
export class LiveSelection<T> implements LiveResult<readonly T[] | undefined> {
  /** The outcome for each entry, once it is known. */
  private readonly outcomes: (Outcome | undefined)[] = [];
  private readonly list = new LiveList<Entry>(this.outcomes);
  private readonly parts: SelectParts;
  private readonly repeats: boolean;
  private from: readonly Entry[] | undefined;
  private results: readonly T[] | undefined;

  /** `repeats` is set for a query that may have an entity several times. */
  constructor(parts: SelectParts, repeats: boolean) {
    this.parts = remembering(parts);
    this.repeats = repeats;
  }

  get value(): readonly T[] | undefined {
    const entries = this.list.value;
    if (entries !== undefined && entries !== this.from) {
      this.results = this.selected(entries);
      this.from = entries;
    }
    return this.results;
  }

  apply(event: LiveEvent): void {
    this.list.apply(event);
  }

  private selected(entries: readonly Entry[]): readonly T[] {
    const { filters, order, project, limit = Infinity } = this.parts;
    const sorts = typeof order === "function";
    const known = this.repeats ? new Set<string>() : undefined;
    const results: unknown[] = [];
    for (let i = 0; i < entries.length && (sorts || results.length < limit); i++) {
      const entry = entries[i] as Entry;
      const [key, row] = entry as readonly [never, never];
      let outcome = this.outcomes[i];
      if (outcome === undefined) {
        const passes = filters.every((filter) => filter(row, key));
        this.outcomes[i] = outcome = passes ? { result: project === undefined || sorts ? entry : project(row, key) } : NONE;
      }
      if (outcome !== NONE && isFirst(known, entry)) results.push(outcome.result);
    }
    if (sorts) return resultsOf({ ...this.parts, filters: [] }, results as Entry[], this.results);
    return this.results !== undefined && isSameList(this.results, results, Object.is) ? this.results : (results as T[]);
  }
}

/** The results of a selection that is read again after each change. */
export class LiveReading<T> implements LiveResult<readonly T[] | undefined> {
  value: readonly T[] | undefined;
  private readonly parts: SelectParts;
  private readonly readAll: () => PromiseLike<readonly Entry[]> | readonly Entry[];
  private entries: readonly Entry[] = [];
  private isStale = false;

  constructor(parts: SelectParts, readAll: () => PromiseLike<readonly Entry[]> | readonly Entry[]) {
    this.parts = remembering({ ...parts, filters: [], order: undefined, limit: undefined });
    this.readAll = readAll;
  }

  apply(): void {
    this.isStale = true;
  }

  read(): Promise<void> | undefined {
    if (!this.isStale) return undefined;
    this.isStale = false;
    const all = this.readAll();
    if (!("then" in all)) {
      this.set(all);
      return undefined;
    }
    return Promise.resolve(all).then((entries) => this.set(entries));
  }

  private set(entries: readonly Entry[]): void {
    this.entries = kept(this.entries, entries);
    this.value = resultsOf(this.parts, this.entries, this.value);
  }
}

/** Returns `true` for an entry whose key has not come before. */
function isFirst(known: Set<string> | undefined, entry: Entry): boolean {
  if (known === undefined) return true;
  const text = textOf(entry);
  return !known.has(text) && known.add(text) !== undefined;
}

const texts = new WeakMap<Entry, string>();

function textOf(entry: Entry): string {
  let text = texts.get(entry);
  if (text === undefined) texts.set(entry, (text = keyText(entry)));
  return text;
}
