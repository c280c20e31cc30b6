import { Reader } from "../codec/reader.js";
import { Writer } from "../codec/writer.js";
import { KeyloftError } from "../error/error.js";
import { registry } from "../platform/weak.js";
import { Op, Resource, RESPONSE_HEAD } from "../protocol/codes.generated.js";
import * as callbacks from "./callbacks.js";
import { type Engine, type Instance, poison } from "./instance.js";
import { RequestWriter } from "./request.js";
import { readError } from "./response.js";
import { NEWEST, type TransactionScope, type Source, type StagedScope } from "./source.js";

/** The driver of an engine in this thread. It writes requests to the engine's memory and reads the responses there. */
export class Driver {
  /** The number of changes so far that invalidated the handles of open tables. */
  epoch = 0;
  private engine: Engine | undefined;
  private readonly instance: Instance;
  private readonly writer: RequestWriter;
  private readonly reader = new Reader(new Uint8Array(0));
  private view: Uint8Array;
  private open: TransactionScope | undefined;
  /** Set while a request is written. Getters of the written values run during that time, and may make other calls. */
  private writing = false;
  private readonly onClose = new Set<() => void>();
  private readonly dropped: ReturnType<typeof registry<{ what: Resource; number: number; also: (() => void) | undefined }>>;

  constructor(engine: Engine, instance: Instance) {
    this.engine = engine;
    this.instance = instance;
    this.writer = new RequestWriter(engine, instance);
    this.view = new Uint8Array(instance.memory.buffer);
    this.dropped = registry(({ what, number, also }) => {
      also?.();
      this.release(what, number);
    });
  }

  /** Writes a request, sends it, and reads the response before another call can overwrite it. */
  call<T>(op: number, handle: number, source: Source, write: (writer: Writer) => void, read: (reader: Reader) => T): T {
    this.check(source);
    const outer = this.begin();
    let address: number;
    try {
      write(this.writer);
      // A getter may have closed the database, or ended the transaction.
      this.check(source);
      address = this.send(op, handle, source);
    } finally {
      this.end(outer);
    }
    return this.answer(address, read);
  }

  /** Begins a request. Returns the bytes of the unfinished request around it, if a getter makes the call. */
  private begin(): Uint8Array | undefined {
    const outer = this.writing ? this.writer.written() : undefined;
    this.writing = true;
    this.writer.begin();
    return outer;
  }

  /** Ends a request, and restores the one around it. */
  private end(outer: Uint8Array | undefined): void {
    this.writing = outer !== undefined;
    // A closed or crashed engine reads no request.
    if (outer === undefined || this.closed || this.isPoisoned) return;
    this.writer.begin();
    this.writer.raw(outer);
  }

  private send(op: number, handle: number, { transaction, snapshot }: Source): number {
    const { pos } = this.writer;
    try {
      return transaction?.call ? transaction.call(op, handle, pos) : (this.engine as Engine).call(op, handle, snapshot, pos);
    } catch (cause) {
      throw this.poisoned(cause);
    }
  }

  /** Runs a body in a transaction. If it throws, nothing is written, and the error is thrown. */
  transact<T>(scope: TransactionScope, body: () => T): T {
    this.check(NEWEST);
    let outcome: { value: T } | { error: unknown } | undefined;
    callbacks.setBody((call) => {
      scope.call = call;
      this.open = scope;
      try {
        outcome = { value: body() };
        if (scope.failed !== undefined) outcome = { error: scope.failed };
      } catch (error) {
        outcome = { error };
      } finally {
        scope.call = undefined;
        this.open = undefined;
      }
      return "value" in outcome && this.instance.poison === undefined;
    });
    let address: number;
    try {
      address = (this.engine as Engine).transact();
    } catch (cause) {
      throw this.poisoned(cause);
    }
    this.answer(address, (reader) => reader.flag());
    if (outcome !== undefined && "error" in outcome) throw outcome.error;
    return (outcome as unknown as { value: T }).value;
  }

  /** Begins a staged transaction. Until it ends, nothing else is written, and reads outside of it do not see its writes. */
  stage(): StagedScope {
    const number = this.call(Op.stage, 0, NEWEST, () => undefined, (reader) => reader.u32());
    return {
      call: (op, handle, length) => (this.engine as Engine).call(op, handle, number, length),
      failed: undefined,
      number,
    };
  }

  /**
   * Ends a staged transaction. If a call failed after it had written a part, the transaction is undone, and that error
   * is thrown.
   */
  endStaged(scope: StagedScope, commit: boolean): void {
    const source: Source = { snapshot: 0, transaction: scope, check: undefined };
    const { failed } = scope;
    try {
      this.call(commit && failed === undefined ? Op.commit : Op.abort, 0, source, () => undefined, () => undefined);
    } finally {
      scope.call = undefined;
    }
    if (commit && failed !== undefined) throw failed;
  }

  /** Releases a resource of the engine when `owner` is collected, and then calls `also`. */
  follow(owner: object, what: Resource, number: number, also?: () => void): void {
    this.dropped.register(owner, { what, number, also }, owner);
  }

  /** Releases a resource of the engine now. */
  drop(owner: object, what: Resource, number: number): void {
    this.dropped.unregister(owner);
    this.release(what, number);
  }

  /** Registers a callback for the close of the database. Returns a function that removes it. */
  whenClosed(call: () => void): () => void {
    this.onClose.add(call);
    return () => this.onClose.delete(call);
  }

  /** `true` while a transaction is open. */
  get busy(): boolean {
    return this.open !== undefined;
  }

  /** `true` while a request is written: then the caller is a getter of a written value. */
  get isWriting(): boolean {
    return this.writing;
  }

  get closed(): boolean {
    return this.engine === undefined;
  }

  get isPoisoned(): boolean {
    return this.instance.poison !== undefined;
  }

  close(): void {
    const { engine } = this;
    if (engine === undefined) return;
    if (this.open !== undefined) throw nestedTransaction();
    this.engine = undefined;
    if (this.writing) this.writer.detach();
    for (const call of [...this.onClose]) call();
    this.onClose.clear();
    if (this.isPoisoned) return;
    try {
      const address = engine.close?.();
      if (address !== undefined) this.answer(address, () => undefined);
    } finally {
      engine.free();
    }
  }

  check(source: Source): void {
    if (this.instance.poison !== undefined) throw this.poisoned(this.instance.poison.cause);
    if (this.engine === undefined) throw new KeyloftError("Closed", "the database is closed");
    if (source.transaction !== undefined) {
      if (source.transaction.call === undefined) {
        throw new KeyloftError("Closed", "the transaction has ended: its stores can't be used outside of the callback");
      }
    } else if (this.open !== undefined) {
      throw nestedTransaction();
    }
    source.check?.();
  }

  private release(what: Resource, number: number): void {
    const { engine } = this;
    if (engine === undefined || this.isPoisoned) return;
    const outer = this.begin();
    this.writer.u8(what);
    try {
      // This runs in an open transaction too. The transaction uses no resource whose owner was collected.
      engine.call(Op.release, number, 0, this.writer.pos);
    } catch (cause) {
      this.poisoned(cause);
    } finally {
      this.end(outer);
    }
  }

  private answer<T>(address: number, read: (reader: Reader) => T): T {
    if (this.view.length === 0) this.view = new Uint8Array(this.instance.memory.buffer);
    const { reader, view } = this;
    reader.reset(view, address, view.length);
    const length = reader.u32();
    const failed = reader.u8();
    reader.narrow(address + RESPONSE_HEAD, address + RESPONSE_HEAD + length);
    if (failed !== 0) throw readError(reader);
    return read(reader);
  }

  private poisoned(cause: unknown): KeyloftError {
    return poison(this.instance, cause);
  }
}

function nestedTransaction(): KeyloftError {
  return new KeyloftError(
    "NestedTransaction",
    "a transaction is open: use the stores that its callback gets, not those of the database",
  );
}
