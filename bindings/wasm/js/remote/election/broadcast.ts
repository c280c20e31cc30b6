import type { SerializedError } from "../messages/serialized-error.js";
import { VERSION } from "../messages/version.js";

/**
 * A message to all tabs that use a database. Tabs of another version read `notice`, `version`, `client` and `error` too:
 * these fields keep their meaning in every version.
 */
export type Notice =
  /** From a new leader, with its id. */
  | { notice: "leading"; leader: string }
  /** From a client to the leader: it asks to be served on the channel of this name. */
  | { notice: "hello"; client: string; channel: string; exclusive: boolean; fresh: boolean; patience: number }
  /** From the leader to a client: the leader refuses to serve the client. */
  | { notice: "refused"; client: string; error: SerializedError };

/** The broadcast channel of all tabs that use a database. */
export class Broadcast {
  private readonly channel: BroadcastChannel;

  /** `hear` gets each notice and the version of its sender. */
  constructor(database: string, hear: (notice: Notice, version: unknown) => void) {
    this.channel = new BroadcastChannel(`keyloft.broadcast:${database}`);
    keepAlive(this.channel, false);
    this.channel.onmessage = ({ data }: MessageEvent<Notice & { version: unknown }>) => hear(data, data.version);
  }

  send(notice: Notice): void {
    this.channel.postMessage({ ...notice, version: VERSION });
  }

  close(): void {
    this.channel.onmessage = null;
    this.channel.close();
  }
}

/** Says if an open channel keeps the program from ending. Browsers have no such method. */
export function keepAlive(channel: object, is: boolean): void {
  const { ref, unref } = channel as { ref?(): void; unref?(): void };
  (is ? ref : unref)?.call(channel);
}

/** Opens the channel between one client and the leader. */
export function clientChannel(name: string): BroadcastChannel {
  return new BroadcastChannel(`keyloft.client:${name}`);
}
