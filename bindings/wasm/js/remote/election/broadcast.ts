import type { SerializedError } from "../messages/serialized-error.js";

/** What all who use a database hear. */
export type Notice =
  /** From who leads from now on, by its id. */
  | { notice: "leading"; leader: string }
  /** From a client to who leads: it is to be served on the line of this name. */
  | { notice: "hello"; client: string; line: string; exclusive: boolean; fresh: boolean; patience: number }
  /** To a client: it is not served. */
  | { notice: "refused"; client: string; failure: SerializedError };

/** Where all who use a database hear each other. */
export class Broadcast {
  private readonly channel: BroadcastChannel;

  constructor(database: string, hear: (notice: Notice) => void) {
    this.channel = new BroadcastChannel(`keyloft.hub:${database}`);
    this.channel.onmessage = ({ data }) => hear(data as Notice);
  }

  tell(notice: Notice): void {
    this.channel.postMessage(notice);
  }

  close(): void {
    this.channel.onmessage = null;
    this.channel.close();
  }
}

/** The channel of a line. */
export function clientChannel(line: string): BroadcastChannel {
  return new BroadcastChannel(`keyloft.line:${line}`);
}
