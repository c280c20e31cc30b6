import { bytesIn } from "../codec/bytes.js";
import { isBuffer, isBytes } from "../codec/foreign.js";
import type { Reader } from "../codec/reader.js";
import type { Writer } from "../codec/writer.js";
import { Context } from "../engine/context.js";
import { Driver } from "../engine/driver.js";
import { NEWEST } from "../engine/source.js";
import { checkFields, invalid, shown } from "../error/check.js";
import { asyncDispose, dispose } from "../platform/dispose.js";
import { DefineStep, Op } from "../protocol/codes.generated.js";
import { checkDefinition, checkName, type CollectionDefinition } from "../table/collection-definition.js";
import { type DefineAnswer, type DefineOptions, type DefineStepRequest, Defining, type KeyedRow, type OldRow } from "../table/define.js";
import { HandleCache } from "../table/handles.js";
import { checkPrincipal, type Principal } from "../table/principal.js";
import { UnrestrictedStores } from "../table/stores.js";
import { Snapshot } from "../transaction/snapshot.js";
import { run, type Sync, Transaction } from "../transaction/transaction.js";
import { View } from "../transaction/view.js";
import { collect, type ImportSource, type ImportSummary } from "./import.js";

/** A database that is open in this thread. Its calls return at once. */
export class Database extends UnrestrictedStores {
  /** @internal */
  constructor(driver: Driver) {
    if (!(driver instanceof Driver)) {
      throw invalid("`new Database` is not supported: call `Database.memory()` or, with the import `keyloft`, `await Database.open(name)`");
    }
    super(new Context(driver, NEWEST), new HandleCache());
  }

  /**
   * Runs `body` in a transaction and returns its result. Its writes are committed when it returns. When it throws,
   * nothing is committed, and its error is thrown.
   *
   * The body is synchronous: no other code runs in between. If it returns a promise, the transaction is rolled back with
   * an error of the code `AsyncTransaction`.
   */
  transaction<T>(body: (tx: Transaction) => Sync<T>): T {
    return this.context.transaction((context) => run(body, new Transaction(context, this.handles)));
  }

  /** Returns a view of the stores with the rights of this principal. */
  as(principal: Principal): View {
    const checked = checkPrincipal(principal);
    return new View(this.context, new HandleCache(checked), checked);
  }

  /** Returns a snapshot of the stores. Close it after use: until then the database keeps the state that it shows. */
  snapshot(): Snapshot {
    return new Snapshot(this.context.driver);
  }

  /**
   * Defines the collection of this name, or moves it to another definition. Returns `false` if it has this definition already.
   * New indexes are built from the rows, and those that the definition lacks are dropped. With a higher `version`,
   * `options.migrate` gives each row its new form, and all indexes are rebuilt. With another type of keys, `options.rekey` gives
   * each row its new key.
   *
   * If the rows don't fit, nothing is changed: the error has the code `Invalid` for a row without a valid index value,
   * `UniqueViolation` for two rows with one value in a unique index, `AlreadyExists` for two rows with one new key, and
   * `DefinitionMismatch` for another type of keys without `rekey`.
   *
   * A large collection is moved in several transactions. From the first of them on, the new definition holds, and programs
   * with an earlier one fail with `DefinitionMismatch`. If the program ends in the middle, the same call goes on from there.
   * Until then, rows of the old version and unfinished indexes can't be read. While the keys change, the collection can't be used
   * at all.
   */
  defineCollection(collectionName: string, definition: CollectionDefinition, options?: DefineOptions): boolean {
    const defining = new Defining(definition, options);
    try {
      while (defining.take(this.defineStep(collectionName, definition, defining.next())));
    } catch (error) {
      const undo = defining.undo(error);
      if (undo !== undefined) undoing(() => this.defineStep(collectionName, definition, undo));
      throw error;
    }
    return defining.changed;
  }

  /** Takes one step of `defineCollection`. @internal */
  defineStep(collectionName: string, definition: CollectionDefinition, request: DefineStepRequest): DefineAnswer {
    checkName(collectionName);
    const { stored, kinds } = checkDefinition(definition);
    const { isFirst, canMigrate, keys, run, answers } = request;
    return this.replacing(
      Op.define,
      (writer) => {
        writer.text(collectionName);
        writer.bytes(stored);
        writer.bytes(kinds);
        writer.flag(isFirst);
        writer.flag(canMigrate);
        writer.u8(keys);
        writer.optional(run, (run) => writer.u32(run));
        writer.u32(answers.length);
        for (const [version, before, after] of answers) {
          writer.u32(version);
          writer.bytes(before);
          writer.bytes(after);
        }
      },
      readAnswer,
      ({ handled }) => handled !== undefined,
    );
  }

  /** Deletes the collection of this name with its rows and its definition. Returns `false` if there was none. */
  dropCollection(collectionName: string): boolean {
    checkName(collectionName);
    return this.replacing(Op.remove, (writer) => writer.text(collectionName), (reader) => reader.flag(), (removed) => removed);
  }

  /** Makes a change after which tables must be opened again. */
  private replacing<T>(op: number, write: (writer: Writer) => void, read: (reader: Reader) => T, isChange: (answer: T) => boolean): T {
    if (this.context.driver.isWriting) throw invalid("a getter of a written value can't define or drop a collection: call it before the write");
    const answer = this.context.call(op, 0, write, read);
    if (isChange(answer)) this.context.driver.epoch++;
    return answer;
  }

  /** Returns the partitions that have entries, except those of indexes, and the number of entries of each. */
  partitions(): { name: string; entries: number }[] {
    return this.context.call(
      Op.partitions,
      0,
      () => undefined,
      (reader) => {
        const partitions = [];
        while (reader.u8() === 1) partitions.push({ name: reader.text(), entries: reader.count() });
        return partitions;
      },
    );
  }

  /** Returns all data as bytes that any other Keyloft database can import, in Rust too. */
  export(): Uint8Array {
    return this.context.call(Op.export, 0, () => undefined, (reader) => reader.rest());
  }

  /** Imports exported data in one transaction. The database must be empty, unless `replace` is set. */
  async import(source: ImportSource, options: { replace?: boolean | undefined } = {}): Promise<ImportSummary> {
    checkFields(options, ["replace"], "the options of an import");
    const { replace = false } = options;
    if (typeof replace !== "boolean") throw invalid(`replace must be true or false, not ${shown(replace)}`);
    // Bytes are read at once, before the caller can change them.
    const bytes = isBytes(source) || isBuffer(source) ? bytesIn(source) : await collect(source);
    const { driver } = this.context;
    const summary = this.context.call(
      Op.import,
      0,
      (writer) => {
        writer.flag(replace);
        writer.raw(bytes);
      },
      (reader) => ({
        partitions: reader.count(),
        entries: reader.count(),
        bytes: reader.count(),
        digest: reader.text(),
      }),
    );
    driver.epoch++;
    return summary;
  }

  /** Returns a digest of all keys and values. It is the same on every backend with the same data. */
  digest(): string {
    return this.context.call(Op.digest, 0, () => undefined, (reader) => reader.text());
  }

  /** `true` once the database is closed. */
  get closed(): boolean {
    return this.context.driver.closed;
  }

  /** Closes the database. Later uses of it and of its stores are errors with the code `Closed`. */
  close(): void {
    this.context.driver.close();
  }

  [dispose](): void {
    this.close();
  }

  async [asyncDispose](): Promise<void> {
    this.close();
  }
}

function readAnswer(reader: Reader): DefineAnswer {
  const step: DefineStep = reader.u8();
  if (step === DefineStep.done) return {};
  if (step === DefineStep.stepped) {
    const handled = reader.count();
    const run = reader.u32();
    return run === 0 ? { handled } : { handled, run };
  }
  if (step === DefineStep.rows) return { rows: Array.from({ length: reader.u32() }, (): OldRow => [reader.u32(), reader.bytes()]) };
  const definition = reader.bytes();
  return { keyed: { definition, rows: Array.from({ length: reader.u32() }, (): KeyedRow => [reader.bytes(), reader.bytes()]) } };
}

/** Undoes what a failed call has begun. Its own error is that of the call, or hides it. */
function undoing(undo: () => unknown): void {
  try {
    undo();
  } catch {
    // The next call of `defineCollection` does it.
  }
}
