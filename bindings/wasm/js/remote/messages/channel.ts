/** A channel between a client and the server: a port, a broadcast channel, or one end of a channel in this thread. */
export type Channel = MessagePort | BroadcastChannel | LocalEnd;

/** One end of a channel in one thread. */
class LocalEnd {
  onmessage: ((event: MessageEvent) => void) | null = null;
  other: LocalEnd | undefined;

  /** Passes the message on in a later microtask, which keeps no program from ending. The message is not copied. */
  postMessage(data: unknown): void {
    // As with ports, this end may be closed before the message arrives.
    const { other } = this;
    queueMicrotask(() => other?.onmessage?.({ data } as MessageEvent));
  }

  close(): void {
    this.onmessage = null;
    this.other = undefined;
  }
}

/** Returns both ends of a channel in this thread. */
export function localChannel(): [Channel, Channel] {
  const [one, other] = [new LocalEnd(), new LocalEnd()];
  one.other = other;
  other.other = one;
  return [one, other];
}
