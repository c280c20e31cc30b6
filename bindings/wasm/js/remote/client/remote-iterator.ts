import { KeyloftError } from "../../error/error.js";
import { asyncDispose } from "../../platform/dispose.js";
import type { PartitionEntry } from "../../table/partition-iterator.js";
import type { AsyncPartitionIterator } from "./async-database.js";
import type { CallScope } from "./call-scope.js";
import type { RemoteObject } from "./connection.js";
import { END } from "./remote-scan.js";

/** An iteration over a partition of the leader. */
export class RemoteIterator implements AsyncPartitionIterator {
  private readonly remote: RemoteObject;
  private readonly scope: CallScope;
  private ended = false;

  constructor(remote: RemoteObject, scope: CallScope) {
    this.remote = remote;
    this.scope = scope;
    // The iteration shows the state of now, not of its first use.
    remote.connection.make(remote);
  }

  async next(): Promise<IteratorResult<PartitionEntry, undefined>> {
    return this.ended ? END : ((await this.ask("next", [])) as IteratorResult<PartitionEntry, undefined>);
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.ended = true;
    this.remote.drop();
    return END;
  }

  async take(count: number): Promise<PartitionEntry[]> {
    return this.ended ? [] : ((await this.ask("take", [count])) as PartitionEntry[]);
  }

  async seek(key: Uint8Array): Promise<void> {
    if (this.ended) throw new KeyloftError("Closed", "the iterator has ended");
    await this.ask("seek", [key]);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [asyncDispose](): Promise<void> {
    await this.return();
  }

  private ask(name: string, args: readonly unknown[]): Promise<unknown> {
    return this.scope.ask(this.remote, name, args, true);
  }
}
