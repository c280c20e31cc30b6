import type { Answer, Post, Request, ControlMessage } from "./messages.js";

type Channel = Pick<MessagePort, "close" | "onmessage"> & { postMessage(post: Post, transfer?: Transferable[]): void };

/** A line between a database and who uses it. What is sent in one turn of the event loop goes together. */
export class BatchingChannel<T extends Request | Answer> {
  private readonly channel: Channel;
  private readonly unsent: (message: T, why: unknown) => void;
  private batch: T[] = [];
  private transfer: Transferable[] = [];

  /** `unsent` is events of a message that can't be sent. */
  constructor(channel: MessagePort | BroadcastChannel, hear: (post: unknown) => void, unsent: (message: T, why: unknown) => void) {
    this.channel = channel as Channel;
    this.unsent = unsent;
    this.channel.onmessage = ({ data }) => hear(data);
  }

  send(message: T, transfer?: Transferable): void {
    if (this.batch.push(message) === 1) queueMicrotask(() => this.flush());
    if (transfer !== undefined && typeof MessagePort !== "undefined" && this.channel instanceof MessagePort) this.transfer.push(transfer);
  }

  say(word: ControlMessage): void {
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
