import { KeyloftError, READ_ONLY } from "../../error/error.js";
import type { RemoteObject } from "./connection.js";
import { TrackedPromise } from "./tracked-promise.js";

/** Calls a method of one object inside `alone`. */
export type Ask = (name: string, args: readonly unknown[], again: boolean) => Promise<unknown>;

/** The scope of calls: the database itself, a snapshot, or a transaction. */
export interface CallScope {
  /** Calls a method. `many` is set for a method that writes several entities: if it fails, its transaction must not commit. */
  ask(on: RemoteObject, name: string, args: readonly unknown[], again: boolean, many?: boolean): Promise<unknown>;
  /** Makes several calls without any other call of this scope between them. */
  alone<T>(on: RemoteObject, body: (ask: Ask) => Promise<T>): Promise<T>;
}

/** The scope of the database itself. `alone` runs in a transaction. */
export const databaseScope: CallScope = {
  ask: (on, name, args, again) => on.ask(name, args, again),
  alone: (on, body) =>
    transaction(on.root, (tx) => {
      const inside = on.within(tx);
      return body((name, args, again) => inside.ask(name, args, again));
    }),
};

/** The scope of a snapshot, until it is closed. */
export class SnapshotScope implements CallScope {
  private open = true;

  ask(on: RemoteObject, name: string, args: readonly unknown[], again: boolean): Promise<unknown> {
    return this.open ? on.ask(name, args, again) : Promise.reject(new KeyloftError("Closed", "the snapshot is closed"));
  }

  async alone(): Promise<never> {
    throw new KeyloftError("ReadOnly", READ_ONLY);
  }

  close(): void {
    this.open = false;
  }
}

/** The scope of the body of a transaction, until it has ended. */
export class BodyScope implements CallScope {
  private readonly unanswered = new Set<TrackedPromise<unknown>>();
  private readonly failed: { answer: TrackedPromise<unknown>; error: unknown }[] = [];
  /** The error of a failed call that may have written some of its entities. */
  private spoiled: { error: unknown } | undefined;
  /** The calls that wait for the end of `alone`. */
  private readonly later: (() => void)[] = [];
  private busy = false;
  private open = true;

  ask(on: RemoteObject, name: string, args: readonly unknown[], again: boolean, many = false): Promise<unknown> {
    if (!this.open) return Promise.reject(ended());
    const answer = this.busy ? this.wait(() => on.ask(name, args, again)) : on.ask(name, args, again);
    if (many) answer.catch((error: unknown) => (this.spoiled ??= { error }));
    return this.follow(answer);
  }

  alone<T>(on: RemoteObject, body: (ask: Ask) => Promise<T>): Promise<T> {
    if (!this.open) return Promise.reject(ended());
    const run = async (): Promise<T> => {
      this.busy = true;
      try {
        return await body((name, args, again) => on.ask(name, args, again));
      } finally {
        this.busy = false;
        while (!this.busy) {
          const next = this.later.shift();
          if (next === undefined) break;
          next();
        }
      }
    };
    return this.follow(this.busy ? this.wait(run) : run());
  }

  /** Waits for the answers to all calls. Throws an error that the body did not handle. */
  async answered(): Promise<void> {
    while (this.unanswered.size > 0) await Promise.all([...this.unanswered].map((answer) => answer.settled));
    this.open = false;
    const observe = this.spoiled ?? this.failed.find(({ answer }) => !answer.handled);
    if (observe !== undefined) throw observe.error;
  }

  end(): void {
    this.open = false;
  }

  private wait<T>(run: () => Promise<T>): Promise<T> {
    return new Promise((resolve) => this.later.push(() => resolve(run())));
  }

  private follow<T>(given: Promise<T>): Promise<T> {
    const answer = new TrackedPromise<T>((resolve) => resolve(given));
    this.unanswered.add(answer);
    answer.settled = answer.observe(
      () => void this.unanswered.delete(answer),
      (error: unknown) => {
        this.unanswered.delete(answer);
        this.failed.push({ answer, error });
      },
    );
    return answer;
  }
}

/** Runs a body in a transaction of the database. */
export async function transaction<T>(database: RemoteObject, body: (tx: RemoteObject, scope: BodyScope) => T | PromiseLike<T>): Promise<T> {
  const tx = database.member("transaction", [], false);
  await tx.begin();
  const scope = new BodyScope();
  let value: T;
  try {
    value = await body(tx, scope);
    await scope.answered();
  } catch (error) {
    scope.end();
    // If this request fails, the transaction is rolled back when its leader ends.
    await tx.end(false).catch(() => undefined);
    throw error;
  }
  await tx.end(true);
  return value;
}

function ended(): KeyloftError {
  return new KeyloftError("Closed", "the transaction has ended: its stores can't be used outside of the callback");
}
