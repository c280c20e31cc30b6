import type { Channel } from "./channel.js";
import type { Answer, ControlMessage, Post, Request } from "./messages.js";

type PostingPort = Pick<MessagePort, "close" | "onmessage"> & { postMessage(post: Post, transfer?: Transferable[]): void };

/** A channel between a client and the server. Messages of one turn of the event loop are sent together. */
export class BatchingChannel<T extends Request | Answer> {
  private readonly port: PostingPort;
  private readonly unsent: (message: T, why: unknown) => void;
  private batch: T[] = [];
  private transfer: Transferable[] = [];

  /** `unsent` is called with a message that can't be sent. */
  constructor(port: Channel, hear: (post: unknown) => void, unsent: (message: T, why: unknown) => void) {
    this.port = port as PostingPort;
    this.unsent = unsent;
    this.port.onmessage = ({ data }) => hear(data);
  }

  send(message: T, transfer?: Transferable): void {
    if (this.batch.push(message) === 1) queueMicrotask(() => this.flush());
    if (transfer !== undefined && typeof MessagePort !== "undefined" && this.port instanceof MessagePort) this.transfer.push(transfer);
  }

  sendControl(message: ControlMessage): void {
    this.flush();
    this.port.postMessage(message);
  }

  close(): void {
    this.port.onmessage = null;
    this.port.close();
  }

  private flush(): void {
    const { batch, transfer } = this;
    if (batch.length === 0) return;
    this.batch = [];
    this.transfer = [];
    try {
      this.port.postMessage(batch, transfer);
    } catch {
      // A message may be too large. The others must not be lost with it.
      for (const message of batch) this.sendOne(message);
    }
  }

  private sendOne(message: T): void {
    try {
      this.port.postMessage([message]);
    } catch (error) {
      this.unsent(message, error);
    }
  }
}
