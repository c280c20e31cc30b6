import type { DirectDatabase } from "../../database/direct-database.js";
import { invalid, shown } from "../../error/check.js";
import { KeyloftError } from "../../error/error.js";
import type { PartitionIterator } from "../../table/partition-iterator.js";
import type { Partition } from "../../table/partition.js";
import type { Scan } from "../../table/scan.js";
import type { Snapshot } from "../../transaction/snapshot.js";
import type { StagedTransaction } from "../../transaction/staged.js";
import type { Watch } from "../../watch/watch.js";
import { BatchingChannel } from "../messages/batching-channel.js";
import type { Channel } from "../messages/channel.js";
import { type Answer, type Call, checkRequest, type End, type Make, type Request } from "../messages/messages.js";
import { packOwned, unpack } from "../messages/packed-value.js";
import { DATABASE, isReading, ITERATOR, type RemoteMember, type RemoteApi, SCAN, SNAPSHOT, TRANSACTION, WATCH } from "../messages/remote-api.js";
import { serializeError } from "../messages/serialized-error.js";
import { EventBatches } from "./event-batches.js";
import { type Fault, faultOf } from "./fault.js";
import { TimedTransaction } from "./timed-transaction.js";
import type { WriteQueue } from "./write-queue.js";

/** The length from which the bytes of an answer are transferred, not copied. */
const TRANSFER_MIN = 64 << 10;

/** An object that a client uses, under its number. */
interface HeldObject {
  readonly target: object;
  readonly members: RemoteApi;
  /** The transaction that it belongs to. */
  readonly transaction?: TimedTransaction | undefined;
  /** Set for an object whose calls keep the order of the client's writes. */
  readonly ordered: boolean;
  /** Releases it. */
  readonly close?: (() => void) | undefined;
}

/** An object that could not be made. A store is made again when it is used. */
interface FailedObject {
  readonly failed: unknown;
  readonly again: Make | undefined;
}

/** The calls that change the collections of the database. */
const REDEFINING: ReadonlySet<string> = new Set(["defineStep", "dropCollection"]);

/** The events of a session, for its server. */
export interface SessionEvents {
  /** The client has said goodbye. */
  gone(): void;
  /** A request has shown a fault of the database. */
  fault(fault: Fault): void;
  /** Looks whether the file of the database is still there. */
  present: (() => Promise<boolean>) | undefined;
}

/** The requests of one client, and the objects that it uses. */
export class Session {
  private readonly db: DirectDatabase;
  private readonly writes: WriteQueue;
  private readonly patience: number;
  private readonly events: SessionEvents;
  private readonly channel: BatchingChannel<Answer>;
  private readonly held = new Map<number, HeldObject | FailedObject>();
  /** The requests that wait behind a write of this client, which waits for its turn. */
  private readonly deferred: (Call | Make)[] = [];
  private readonly awaitingTurn = new Set<() => void>();
  private stalled = false;
  /** Set when a deferred request changes the collections of the database. */
  private redefining = false;
  private ended = false;

  /** `patience` is the longest pause between the calls of a transaction, in milliseconds. */
  constructor(db: DirectDatabase, writes: WriteQueue, channel: Channel, patience: number, events: SessionEvents) {
    this.db = db;
    this.writes = writes;
    this.patience = patience;
    this.events = events;
    this.held.set(0, { target: db, members: DATABASE, ordered: true });
    this.channel = new BatchingChannel<Answer>(
      channel,
      (post) => {
        if (Array.isArray(post)) for (const request of post) this.receive(request);
        else if ((post as { control?: unknown } | null)?.control === "bye") events.gone();
      },
      (answer, why) => {
        const error = new KeyloftError("Io", "the answer can't be sent: it may be too large; ask for less at once", { cause: why });
        this.fail(answer.id, error);
      },
    );
  }

  /** Tells the client which leader serves it. */
  welcome(leader: string): void {
    this.channel.sendControl({ control: "welcome", leader });
  }

  /** Releases all objects of the client. With `over`, tells it that this leader has given up the leadership. */
  end(over: boolean): void {
    if (this.ended) return;
    this.ended = true;
    for (const begin of this.awaitingTurn) this.writes.cancel(begin);
    for (const number of [...this.held.keys()]) this.drop(number);
    if (over) this.channel.sendControl({ control: "over" });
    this.channel.close();
  }

  private receive(request: unknown): void {
    if (this.ended || typeof request !== "object" || request === null) return;
    const id = (request as { id?: unknown }).id;
    try {
      this.handle(checkRequest(request));
    } catch (error) {
      if (typeof id === "number") this.fail(id, error);
      this.reportFault(error, "end" in request);
    }
  }

  private handle(request: Request): void {
    if ("make" in request && this.held.has(request.make)) throw invalid(`the number ${request.make} is in use`);
    if ("drop" in request) this.drop(request.drop);
    else if ("end" in request) this.endTransaction(request);
    else if (this.stalled && this.isOrdered(request.on) && !this.canOvertake(request)) this.defer(request);
    else this.perform(request);
  }

  /** Returns `true` for a read, which need not wait for waiting writes of this client. */
  private canOvertake(request: Call | Make): boolean {
    const { name } = request;
    return isReading(this.member(request)) && !(this.redefining && (name === "collection" || name === "table"));
  }

  private defer(request: Call | Make): void {
    this.redefining ||= REDEFINING.has(request.name);
    this.deferred.push(request);
  }

  /** Returns the member that the request names, if there is one. */
  private member({ on, name }: Call | Make): RemoteMember | undefined {
    const held = this.held.get(on);
    return held !== undefined && "target" in held && Object.hasOwn(held.members, name) ? held.members[name] : undefined;
  }

  private isOrdered(number: number): boolean {
    const on = this.held.get(number);
    // A missing object may be waiting for its creation. A failed object has its error already.
    return on === undefined || ("target" in on && on.ordered);
  }

  /** `waited` is set for a request that has waited for its turn: no other client may write now. */
  private perform(request: Call | Make, waited = false): void {
    const id = request.id;
    try {
      const before = this.held.get(request.on);
      if (before !== undefined && "failed" in before && before.again !== undefined) this.perform(before.again);
      const on = this.on(request.on);
      on.transaction?.touch();
      const member = this.member(request);
      if (member === undefined) throw invalid(`the object has no member ${shown(request.name)} for clients`);
      const args = unpack({ value: request.args, times: request.times }) as unknown[];
      if ("make" in request) {
        if (typeof member === "object" && "transaction" in member) this.begin(request.make, id);
        else {
          this.keep(request.make, this.make(on, request.name, member, args));
          if (id !== undefined) this.answer(id, undefined);
        }
        return;
      }
      // The look runs beside the write: if the file is deleted meanwhile, it might as well be deleted after it.
      const present = isReading(member) || on.transaction !== undefined ? undefined : this.events.present?.();
      const value = this.call(on, request.name, member, args);
      if (value instanceof Promise) value.then((value) => this.answer(request.id, value), (error: unknown) => this.failed(request, error, waited));
      else if (present === undefined) this.answer(request.id, value);
      else this.acknowledge(request.id, value, present);
    } catch (error) {
      this.failed(request, error, waited);
    }
  }

  private call({ target }: HeldObject, name: string, member: RemoteMember, args: unknown[]): unknown {
    const method = (target as { [name: string]: (...args: unknown[]) => unknown })[name];
    switch (member) {
      case "read":
      case "write":
      case "writeMany":
      case "import":
        return method?.apply(target, args);
      case "update":
      case "updateRow": {
        // The client has made the change already.
        const [key, changed, ...rest] = args;
        return method?.call(target, key, () => changed, ...rest);
      }
      default:
        throw invalid(`${shown(name)} makes an object: the client must send a number for it`);
    }
  }

  private make({ target, transaction, ordered }: HeldObject, name: string, member: RemoteMember, args: unknown[]): HeldObject {
    if (typeof member === "object") {
      const stores = target as { [name: string]: unknown };
      if ("getter" in member) return { target: stores[name] as object, members: member.getter(), transaction, ordered };
      if ("store" in member) {
        const store = (stores[name] as (...args: unknown[]) => object).apply(target, args);
        return { target: store, members: member.store(), transaction, ordered };
      }
    }
    switch (member) {
      case "scan": {
        const begin = (target as { [name: string]: (...args: unknown[]) => Scan<unknown> })[name];
        const scan = (begin as (...args: unknown[]) => Scan<unknown>).apply(target, args)[Symbol.iterator]();
        return { target: scan, members: SCAN, transaction, ordered: false, close: () => void scan.return() };
      }
      case "iterator": {
        const iterator: PartitionIterator = (target as Partition).iterator(...(args as Parameters<Partition["iterator"]>));
        return { target: iterator, members: ITERATOR, transaction, ordered: false, close: () => void iterator.return() };
      }
      case "watch": {
        const watch = (target as { watch(...args: unknown[]): Watch<unknown, unknown, unknown> }).watch(...args);
        return { target: new EventBatches(watch), members: WATCH, transaction, ordered: false, close: () => watch.close() };
      }
      case "snapshot": {
        const snapshot: Snapshot = this.db.snapshot();
        return { target: snapshot, members: SNAPSHOT, ordered: false, close: () => snapshot.close() };
      }
      default:
        throw invalid(`${shown(name)} makes no object`);
    }
  }

  private begin(number: number, id: number | undefined): void {
    this.whenWritable(() => {
      try {
        const staged: StagedTransaction = this.db.stage();
        const transaction = new TimedTransaction(staged, this.patience, () => this.writes.pass());
        const close = (): void => transaction.end(false);
        this.keep(number, { target: staged.stores, members: TRANSACTION, transaction, ordered: false, close });
        if (id !== undefined) this.answer(id, undefined);
      } catch (error) {
        this.writes.pass();
        if (id !== undefined) this.fail(id, error);
        this.reportFault(error, true);
      }
    });
  }

  private endTransaction({ id, end, commit }: End): void {
    const { transaction } = this.on(end);
    if (transaction === undefined) throw invalid("the object is not a transaction, so it can't be committed or undone");
    transaction.touch();
    this.held.delete(end);
    const present = commit ? this.events.present?.() : undefined;
    transaction.end(commit);
    if (present === undefined) this.answer(id, undefined);
    else this.acknowledge(id, undefined, present);
  }

  /**
   * Answers with the error. If a write failed only because another client's transaction is open, the write waits for its
   * turn instead. Later writes of this client wait behind it, so all its writes are executed in order.
   */
  private failed(request: Call | Make, error: unknown, waited: boolean): void {
    const waits = !waited && error instanceof KeyloftError && error.code === "NestedTransaction";
    if (waits && this.writes.busy && !this.ended && this.isOrdered(request.on)) {
      if (this.stalled) {
        this.defer(request);
        return;
      }
      this.stalled = true;
      this.redefining = REDEFINING.has(request.name);
      this.whenWritable(() => {
        this.stalled = false;
        this.redefining = false;
        try {
          this.perform(request, true);
        } finally {
          this.writes.pass();
        }
        // If one of them must wait again, the requests behind it are deferred again.
        for (const next of this.deferred.splice(0)) this.receive(next);
      });
      return;
    }
    const member = this.member(request);
    const again = "make" in request && typeof member === "object" && "store" in member ? { ...request, id: undefined } : undefined;
    if ("make" in request) this.keep(request.make, { failed: error, again });
    if (request.id !== undefined) this.fail(request.id, error);
    this.reportFault(error, !isReading(member));
  }

  private reportFault(error: unknown, writing: boolean): void {
    const fault = this.ended ? undefined : faultOf(error, writing);
    if (fault !== undefined) this.events.fault(fault);
  }

  private whenWritable(begin: () => void): void {
    const begun = (): void => {
      this.awaitingTurn.delete(begun);
      begin();
    };
    if (this.writes.take(begun)) begin();
    else this.awaitingTurn.add(begun);
  }

  private keep(number: number, held: HeldObject | FailedObject): void {
    this.drop(number);
    this.held.set(number, held);
  }

  private on(number: number): HeldObject {
    const on = this.held.get(number);
    if (on === undefined) throw new KeyloftError("Closed", "the object of the call is closed: get a new one from the database");
    if ("failed" in on) throw on.failed;
    return on;
  }

  private drop(number: number): void {
    const held = this.held.get(number);
    this.held.delete(number);
    if (held === undefined || "failed" in held) return;
    try {
      held.close?.();
    } catch {
      // The object is released even if its close failed.
    }
  }

  private answer(id: number, result: unknown): void {
    if (this.ended) return;
    const { value, times } = packOwned(result);
    const transferred = value instanceof Uint8Array && value.length >= TRANSFER_MIN ? value.buffer : undefined;
    this.channel.send(times ? { id, value, times } : { id, value }, transferred);
  }

  /** Answers a write, unless the file of the database is gone: then what it wrote is lost. */
  private acknowledge(id: number, result: unknown, present: Promise<boolean>): void {
    void present.then((is) => {
      if (is) {
        this.answer(id, result);
        return;
      }
      this.fail(id, new KeyloftError("DatabaseMissing", "the file of the database was deleted while it was open, as when the data of the site are cleared: all of its data are lost; open it again to begin anew"));
      if (!this.ended) this.events.fault("gone");
    });
  }

  private fail(id: number, error: unknown): void {
    if (!this.ended) this.channel.send({ id, error: serializeError(error) });
  }
}
