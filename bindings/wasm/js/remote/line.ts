import { invalid } from "../error.js";
import type { Failure } from "./failure.js";

/** A question to something at the other end, by its number; 0 is the database. */
interface Question {
  on: number;
  name: string;
  args: unknown;
  /** Whether there are times among the arguments that have to be made again. */
  times: boolean;
}

/** A method to be called. */
export interface Call extends Question {
  id: number;
}

/** Something to be made, and the number it has from then on; it is answered if it has an id. */
export interface Make extends Question {
  id: number | undefined;
  make: number;
}

/** A transaction to be ended. */
export interface End {
  id: number;
  end: number;
  commit: boolean;
}

/** Something to be let go. */
export interface Drop {
  drop: number;
}

/** What is asked. */
export type Request = Call | Make | End | Drop;

/** What is answered. */
export type Answer = { id: number; value: unknown; times?: boolean } | { id: number; error: Failure };

/** What is said about the line itself. */
export type Word =
  /** From who leads, by its own id: it serves this line from now on. */
  | { word: "welcome"; leader: string }
  /** From who leads: it leads no more. What it has not answered, it has not done. */
  | { word: "over" }
  /** To who leads: nothing more comes. */
  | { word: "bye" };

/** What goes over a line at once: a batch, or a word about the line. */
type Post = unknown[] | Word;

type Channel = Pick<MessagePort, "close" | "onmessage"> & { postMessage(post: Post, transfer?: Transferable[]): void };

/** A line between a database and who uses it. What is sent in one turn of the event loop goes together. */
export class Line<T extends Request | Answer> {
  private readonly channel: Channel;
  private readonly unsent: (message: T, why: unknown) => void;
  private batch: T[] = [];
  private transfer: Transferable[] = [];

  /** `unsent` is told of a message that can't be sent. */
  constructor(channel: MessagePort | BroadcastChannel, hear: (post: unknown) => void, unsent: (message: T, why: unknown) => void) {
    this.channel = channel as Channel;
    this.unsent = unsent;
    this.channel.onmessage = ({ data }) => hear(data);
  }

  send(message: T, transfer?: Transferable): void {
    if (this.batch.push(message) === 1) queueMicrotask(() => this.flush());
    if (transfer !== undefined && typeof MessagePort !== "undefined" && this.channel instanceof MessagePort) this.transfer.push(transfer);
  }

  say(word: Word): void {
    this.flush();
    this.channel.postMessage(word);
  }

  close(): void {
    this.channel.onmessage = null;
    this.channel.close();
  }

  private flush(): void {
    const { batch, transfer } = this;
    if (batch.length === 0) return;
    this.batch = [];
    this.transfer = [];
    try {
      this.channel.postMessage(batch, transfer);
    } catch {
      // One of them is too large, say.
      for (const message of batch) this.one(message);
    }
  }

  private one(message: T): void {
    try {
      this.channel.postMessage([message]);
    } catch (error) {
      this.unsent(message, error);
    }
  }
}

/** The request, if it is one. */
export function checked(request: object): Request {
  const { id, on, name, args, make, end, drop } = request as { [name: string]: unknown };
  const numbers = [id, on, make, end, drop].every((number) => number === undefined || Number.isSafeInteger(number));
  const said = drop !== undefined || (end !== undefined && id !== undefined);
  const asked = on !== undefined && typeof name === "string" && Array.isArray(args) && (id !== undefined || make !== undefined);
  if (!numbers || !(said || asked) || make === 0 || drop === 0 || end === 0) throw invalid("this is no request");
  return request as Request;
}
