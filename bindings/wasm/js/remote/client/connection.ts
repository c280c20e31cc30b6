import { KeyloftError } from "../../error/error.js";
import { registry } from "../../platform/weak.js";
import { BatchingChannel } from "../messages/batching-channel.js";
import type { Channel } from "../messages/channel.js";
import type { Answer, Request, ControlMessage } from "../messages/messages.js";
import { pack, type PackedValue, unpack } from "../messages/packed-value.js";
import { deserializeError } from "../messages/serialized-error.js";

const NONE: PackedValue = { value: [], times: false };

/** An object of the leader, as its client knows it. The leader makes it when it is first used. */
export class RemoteObject {
  readonly connection: Connection;
  readonly from: RemoteObject | undefined;
  readonly name: string;
  readonly args: PackedValue;
  /** Set for an object that the next leader can make again. Others are lost with their leader. */
  recreatable: boolean;
  /** The number of the object, and the era of the channel on which it was made. */
  number = 0;
  era = 0;

  constructor(connection: Connection, from?: RemoteObject, name = "", args: PackedValue = NONE, recreatable = true) {
    this.connection = connection;
    this.from = from;
    this.name = name;
    this.args = args;
    this.recreatable = recreatable && from?.recreatable !== false;
  }

  /** Returns a member of this object: a getter or a table, which lasts as long as this. */
  member(name: string, args: readonly unknown[] = [], recreatable = true): RemoteObject {
    return new RemoteObject(this.connection, this, name, pack(args), recreatable);
  }

  /** Returns the same object of another database, or inside a transaction. */
  within(root: RemoteObject): RemoteObject {
    return this.from === undefined ? root : new RemoteObject(this.connection, this.from.within(root), this.name, this.args);
  }

  /** The database that this belongs to. */
  get root(): RemoteObject {
    return this.from?.root ?? this;
  }

  /** Releases the object of the leader. */
  drop(): void {
    this.connection.drop(this);
  }

  /** Calls a method. With `again`, the call is repeated on the next leader if this leader ends before it answers. */
  ask(name: string, args: readonly unknown[], again: boolean, otherwise?: unknown): Promise<unknown> {
    return this.connection.ask({ on: this, name, args, again, otherwise });
  }

  /** Asks the leader to make the object, and waits for the answer. */
  async begin(): Promise<void> {
    await this.connection.ask({ on: this, name: undefined, args: undefined, again: true });
  }

  /** Ends the object, which is a transaction. */
  async end(commit: boolean): Promise<void> {
    await this.connection.ask({ on: this, name: undefined, args: undefined, again: false, commit });
  }
}

/** A question to the leader. */
interface Question {
  on: RemoteObject;
  /** The name of a method. Without a name, the question makes the object or ends a transaction. */
  name: string | undefined;
  args: readonly unknown[] | undefined;
  commit?: boolean;
  again: boolean;
  /** The answer when the connection is closed, for a question that may have none. */
  otherwise?: unknown;
}

interface Waiting extends Question {
  packed: PackedValue | undefined;
  /** The era in which it was sent; 0 if it was not. */
  era: number;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** The events of a connection. */
export interface ConnectionEvents {
  /** The leader has given up the leadership. */
  over?(): void;
  /** There are questions without an answer now, or none any more. */
  waiting?(some: boolean): void;
}

/** A client's connection to the leader of a database, and to later leaders. It sends questions and receives answers. */
export class Connection {
  private readonly waiting = new Map<number, Waiting>();
  private readonly collected: ReturnType<typeof registry<{ number: number; era: number }>>;
  private channel: BatchingChannel<Request> | undefined;
  /** The number of channels so far. */
  private era = 0;
  private last = 0;
  private failure: unknown;
  private readonly events: ConnectionEvents;
  /** Called when all questions are answered. */
  private answered: () => void = () => undefined;

  constructor(events: ConnectionEvents = {}) {
    this.events = events;
    this.collected = registry((gone) => this.drop(gone));
  }

  /** Changes to this channel. Questions without an answer are sent again. */
  connect(channel: Channel): void {
    this.disconnect(false);
    this.era++;
    this.channel = new BatchingChannel<Request>(
      channel,
      (post) => this.hear(post),
      (request, cause) => {
        const error = new KeyloftError("Io", "the request can't be sent: it may be too large; split it", { cause });
        if ("id" in request && request.id !== undefined) this.settle({ id: request.id, error });
      },
    );
    for (const [id, waiting] of this.waiting) this.send(id, waiting);
  }

  /**
   * Disconnects from the leader, which has ended. `undone` is set if it did not execute the questions without an answer.
   * Otherwise a write without an answer may be committed or not. It is not sent again, because it could be executed twice.
   */
  disconnect(undone: boolean): void {
    if (this.channel === undefined) return;
    this.channel.close();
    this.channel = undefined;
    for (const [id, waiting] of this.waiting) {
      if (waiting.era === 0 || waiting.again || undone) waiting.era = 0;
      else this.settle({ id, error: lost("the call may have been executed or not: read the data before you repeat it") });
    }
  }

  /** Fails all questions, and those to come. */
  fail(error: unknown): void {
    this.failure ??= error;
    for (const id of [...this.waiting.keys()]) this.settle({ id, error });
  }

  /** Refuses new questions, and waits for the answers to the others. */
  async close(): Promise<void> {
    this.failure ??= new KeyloftError("Closed", "the database is closed");
    for (const [id, { otherwise }] of [...this.waiting]) {
      if (otherwise !== undefined) this.settle({ id, value: otherwise });
      else if (this.channel === undefined) this.settle({ id, error: this.failure });
    }
    if (this.waiting.size > 0) await new Promise<void>((resolve) => (this.answered = resolve));
    this.channel?.sendControl({ control: "bye" });
    this.channel?.close();
    this.channel = undefined;
  }

  /** `true` while there is a leader. */
  get connected(): boolean {
    return this.channel !== undefined;
  }

  get closed(): boolean {
    return this.failure !== undefined;
  }

  /** Throws if the connection has failed. */
  check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  async ask(question: Question): Promise<unknown> {
    // A transaction can be ended even after a failure.
    if (this.failure !== undefined && (question.commit === undefined || this.channel === undefined)) throw this.failure;
    const packed = question.args === undefined ? undefined : pack(question.args);
    return new Promise((resolve, reject) => {
      const id = ++this.last;
      const waiting: Waiting = { ...question, packed, era: 0, resolve, reject };
      this.waiting.set(id, waiting);
      if (this.waiting.size === 1) this.events.waiting?.(true);
      if (this.channel !== undefined) this.send(id, waiting);
    });
  }

  /** Asks the leader, if there is one, to make an object now. */
  make(remote: RemoteObject): void {
    if (this.channel !== undefined && this.failure === undefined) this.number(remote);
  }

  /** Releases an object of the leader. */
  drop({ number, era }: { number: number; era: number }): void {
    if (era === this.era && number !== 0) this.channel?.send({ drop: number });
  }

  private send(id: number, waiting: Waiting): void {
    const { on, name, packed, commit } = waiting;
    try {
      const open = this.channel as BatchingChannel<Request>;
      if (commit !== undefined) open.send({ id, end: this.number(on), commit });
      else if (name === undefined) {
        on.era = 0;
        this.number(on, id);
      } else open.send({ id, on: this.number(on), name, args: packed?.value, times: packed?.times === true });
      waiting.era = this.era;
    } catch (error) {
      this.settle({ id, error });
    }
  }

  /** Returns the number of the object. Makes it and the objects that it belongs to, unless this leader has them. */
  private number(remote: RemoteObject, id?: number): number {
    if (remote.from === undefined || remote.era === this.era) return remote.number;
    if (remote.era !== 0 && !remote.recreatable) throw lost("its transactions, snapshots and iterations are lost: begin again");
    const on = this.number(remote.from);
    const make = ++this.last;
    const { name, args } = remote;
    this.channel?.send({ id, make, on, name, args: args.value, times: args.times });
    remote.number = make;
    remote.era = this.era;
    this.collected.register(remote, { number: make, era: this.era }, remote);
    return make;
  }

  private hear(post: unknown): void {
    if (!Array.isArray(post)) {
      if ((post as ControlMessage).control === "over") {
        this.disconnect(true);
        this.events.over?.();
      }
      return;
    }
    for (const answer of post as Answer[]) {
      if ("error" in answer) this.settle({ id: answer.id, error: deserializeError(answer.error) });
      else this.settle(answer);
    }
  }

  private settle(answer: { id: number; value: unknown; times?: boolean } | { id: number; error: unknown }): void {
    const waiting = this.waiting.get(answer.id);
    if (waiting === undefined) return;
    this.waiting.delete(answer.id);
    if ("error" in answer) waiting.reject(answer.error);
    else waiting.resolve(unpack(answer));
    if (this.waiting.size > 0) return;
    this.events.waiting?.(false);
    this.answered();
  }
}

function lost(what: string): KeyloftError {
  return new KeyloftError("LeaderLost", `the tab that had the database open is gone; ${what}`);
}
