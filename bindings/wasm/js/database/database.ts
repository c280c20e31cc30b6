import { bytesIn } from "../codec/bytes.js";
import { rowBytes } from "../codec/row.js";
import type { Writer } from "../codec/writer.js";
import { Context } from "../engine/context.js";
import { Driver } from "../engine/driver.js";
import { NEWEST } from "../engine/source.js";
import { checkFields, invalid, shown } from "../error/check.js";
import { asyncDispose, dispose } from "../platform/dispose.js";
import { Op } from "../protocol/codes.generated.js";
import { checkDefinition, checkName, type CollectionDefinition } from "../table/collection-definition.js";
import { HandleCache } from "../table/handles.js";
import { checkPrincipal, type Principal } from "../table/principal.js";
import { UnrestrictedStores } from "../table/stores.js";
import { Snapshot } from "../transaction/snapshot.js";
import { run, type Sync, Transaction } from "../transaction/transaction.js";
import { View } from "../transaction/view.js";
import { collect, type ImportSource, type ImportSummary } from "./import.js";

/** A database that is open here: its calls are answered at once. */
export class Database extends UnrestrictedStores {
  /** @internal */
  constructor(driver: Driver) {
    if (!(driver instanceof Driver)) {
      throw invalid("a database is not made by `new`: there is `Database.memory()`, and in `keyloft` `await Database.open(name)`");
    }
    super(new Context(driver, NEWEST), new HandleCache());
  }

  /**
   * Runs `body` in a transaction and returns what it returned. All that it wrote is committed when it returns; when it
   * throws, nothing is, and what it threw is thrown.
   *
   * It is synchronous: nothing else happens in between. A body that returns a promise is refused, and undone.
   */
  transaction<T>(body: (tx: Transaction) => Sync<T>): T {
    return this.context.transaction((context) => run(body, new Transaction(context, this.handles)));
  }

  /** The stores as this principal may use them. */
  as(principal: Principal): View {
    const checked = checkPrincipal(principal);
    return new View(this.context, new HandleCache(checked), checked);
  }

  /** The stores as they are now. Close it when it is done with: until then the database keeps what it shows. */
  snapshot(): Snapshot {
    return new Snapshot(this.context.driver);
  }

  /**
   * Has the collection of this name defined so from now on, whether it is there or not; whether that has changed
   * anything. Its indexes are made anew from its rows, all of it or nothing: a row that they can't take is an error with
   * the code `Invalid`, two of one value in a unique index one with `UniqueViolation`. Its keys stay what they are, or it is an
   * error with the code `DefinitionMismatch`.
   *
   * Who goes on with the collection as it was before gets that error, too.
   */
  defineCollection(collectionName: string, definition: CollectionDefinition): boolean {
    checkName(collectionName);
    const stored = rowBytes(checkDefinition(definition).row);
    return this.replacing(Op.define, (writer) => {
      writer.text(collectionName);
      writer.raw(stored);
    });
  }

  /** Removes the collection of this name, its rows and its definition; whether there was one. */
  dropCollection(collectionName: string): boolean {
    checkName(collectionName);
    return this.replacing(Op.remove, (writer) => writer.text(collectionName));
  }

  /** A change after which tables have to be opened again. */
  private replacing(op: number, write: (writer: Writer) => void): boolean {
    if (this.context.driver.isWriting) throw invalid("a getter of what is being written can't change what collections there are");
    const replaced = this.context.call(op, 0, write, (reader) => reader.flag());
    if (replaced) this.context.driver.epoch++;
    return replaced;
  }

  /** The partitions that hold entries, those of indexes left out, with how many each. */
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

  /** All that the database holds, as a stream that any other imports, in Rust too. */
  export(): Uint8Array {
    return this.context.call(Op.export, 0, () => undefined, (reader) => reader.rest());
  }

  /**
   * Fills the database with what was exported. It has to be empty, or what it holds is to be replaced. All of it is
   * imported or nothing.
   */
  async import(source: ImportSource, options: { replace?: boolean | undefined } = {}): Promise<ImportSummary> {
    checkFields(options, ["replace"], "the options of an import");
    const { replace = false } = options;
    if (typeof replace !== "boolean") throw invalid(`replace is true or false, not ${shown(replace)}`);
    // Bytes that are there are read before anybody else can change them.
    const bytes = source instanceof Uint8Array || source instanceof ArrayBuffer ? bytesIn(source) : await collect(source);
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

  /** A digest of all keys and values: the same on every backend that holds the same. */
  digest(): string {
    return this.context.call(Op.digest, 0, () => undefined, (reader) => reader.text());
  }

  /** Whether it is closed. */
  get closed(): boolean {
    return this.context.driver.closed;
  }

  /** Closes it: every later use of it, and of what came from it, is an error with the code `Closed`. */
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
