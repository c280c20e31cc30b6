import { checkDefinition, checkName, type CollectionDefinition } from "./collection.js";
import { Context } from "./context.js";
import { checkFields, checkFunction, invalid, KeyloftError, shown } from "./error.js";
import type { Global } from "./globals.js";
import { Held, NEWEST, Op, Port, type Source } from "./port.js";
import { rowBytes } from "./row.js";
import { asyncDispose, dispose } from "./scan.js";
import { checkPrincipal, Handles, OwnStores, type Principal, PrincipalStores } from "./stores.js";
import { bytesIn, type Writer } from "./writer.js";

/** What was imported. */
export interface ImportSummary {
  /** How many partitions, those of indexes included. */
  partitions: number;
  /** How many entries. */
  entries: number;
  /** How many bytes their keys and values have. */
  bytes: number;
  /** The digest of it all, which is now that of the database. */
  digest: string;
}

/** What an import comes from. */
export type ImportSource =
  | Uint8Array
  | ArrayBuffer
  | Global<"Blob">
  | ByteStream
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>;

/** A `ReadableStream` of bytes, of which not every project has the type. */
export interface ByteStream {
  getReader(): {
    read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
    cancel?(reason?: unknown): Promise<void>;
  };
}

/** What the body of a transaction returns, which is no promise. */
type Sync<T> = T extends PromiseLike<unknown> ? never : T;

/** The stores inside a transaction. They are of no use when it has ended. */
export class Transaction extends OwnStores {
  /** The stores as this principal may use them, in the same transaction. */
  as(principal: Principal): PrincipalStores {
    const checked = checkPrincipal(principal);
    return new PrincipalStores(this.context, new Handles(checked), checked);
  }
}

/** The stores at one moment: what is committed later is not in them. */
export class Snapshot extends OwnStores {
  private readonly number: number;
  private readonly closing: { closed: boolean };

  /** @internal */
  constructor(port: Port) {
    const number = new Context(port).call(Op.snapshot, 0, () => undefined, (reader) => reader.u32());
    const closing = { closed: false };
    const source: Source = {
      snapshot: number,
      transaction: undefined,
      check() {
        if (closing.closed) throw new KeyloftError("Closed", "the snapshot is closed");
      },
    };
    // Collections may have been defined otherwise then.
    super(new Context(port, source), new Handles());
    this.number = number;
    this.closing = closing;
    port.follow(this, Held.snapshot, number);
  }

  /** Lets the state go. Without it that happens some time after nobody has the snapshot any more. */
  close(): void {
    if (this.closing.closed) return;
    this.closing.closed = true;
    this.context.port.drop(this, Held.snapshot, this.number);
  }

  [dispose](): void {
    this.close();
  }
}

/** The stores as a principal may use them, and transactions of these. */
export class View extends PrincipalStores {
  /** Runs `body` in a transaction, as `Database.transaction` does. */
  transaction<T>(body: (tx: PrincipalStores) => Sync<T>): T {
    const { userId, role } = this.who;
    return this.context.transaction((context) => run(body, new PrincipalStores(context, new Handles(this.who), { userId, role })));
  }

  private readonly who: Principal;

  /** @internal */
  constructor(context: Context, handles: Handles, principal: Principal) {
    super(context, handles, principal);
    this.who = principal;
  }
}

/** A database that is open here: its calls are answered at once. */
export class Database extends OwnStores {
  /** @internal */
  constructor(port: Port) {
    if (!(port instanceof Port)) {
      throw invalid("a database is not made by `new`: there is `Database.memory()`, and in `keyloft` `await Database.open(name)`");
    }
    super(new Context(port, NEWEST), new Handles());
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
    return new View(this.context, new Handles(checked), checked);
  }

  /** The stores as they are now. Close it when it is done with: until then the database keeps what it shows. */
  snapshot(): Snapshot {
    return new Snapshot(this.context.port);
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
    if (this.context.port.isWriting) throw invalid("a getter of what is being written can't change what collections there are");
    const replaced = this.context.call(op, 0, write, (reader) => reader.flag());
    if (replaced) this.context.port.epoch++;
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
    const { port } = this.context;
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
    port.epoch++;
    return summary;
  }

  /** A digest of all keys and values: the same on every backend that holds the same. */
  digest(): string {
    return this.context.call(Op.digest, 0, () => undefined, (reader) => reader.text());
  }

  /** Whether it is closed. */
  get closed(): boolean {
    return this.context.port.closed;
  }

  /** Closes it: every later use of it, and of what came from it, is an error with the code `Closed`. */
  close(): void {
    this.context.port.close();
  }

  [dispose](): void {
    this.close();
  }

  async [asyncDispose](): Promise<void> {
    this.close();
  }
}

/** Tells whoever writes to a stream that nobody reads on; what they make of it is theirs. */
function cancel(reader: ReturnType<ByteStream["getReader"]>, reason: unknown): void {
  new Promise((resolve) => resolve(reader.cancel?.(reason))).catch(() => undefined);
}

function run<S, T>(body: (stores: S) => Sync<T>, stores: S): T {
  checkFunction(body, "the body of a transaction");
  const returned = body(stores);
  const then: unknown = (returned as { then?: unknown } | undefined | null)?.then;
  if (typeof then === "function") {
    // Whatever becomes of the promise, nobody hears of it.
    (returned as unknown as Promise<unknown>).then(undefined, () => undefined);
    throw new KeyloftError(
      "AsyncTransaction",
      "the body of a transaction may not be asynchronous: get what it needs first; nothing was written",
    );
  }
  return returned as T;
}

/** All bytes of what an import comes from. */
export async function collect(source: ImportSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array || source instanceof ArrayBuffer) return bytesIn(source);
  if (typeof Blob !== "undefined" && source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
  const streams = ["getReader", Symbol.asyncIterator, Symbol.iterator];
  if (typeof source !== "object" || source === null || !streams.some((name) => name in source)) throw invalid(`an import is of bytes or of a stream of these, not ${shown(source)}`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const add = (chunk: unknown): void => {
    if (!(chunk instanceof Uint8Array)) throw invalid(`a stream to import is of Uint8Arrays, not of ${shown(chunk)}`);
    chunks.push(chunk);
    length += chunk.length;
  };
  if ("getReader" in source) {
    const reader = source.getReader();
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) add(next.value);
    } catch (error) {
      cancel(reader, error);
      throw error;
    }
  } else {
    for await (const chunk of source as AsyncIterable<Uint8Array>) add(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
