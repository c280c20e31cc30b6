/**
 * An answer that knows whether anybody has looked at it: who awaits it does, and who catches it. `await` calls the `then` of
 * what is a promise of another class.
 */
export class TrackedPromise<T> extends Promise<T> {
  handled = false;
  settled: Promise<void> | undefined;

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** As `then`, by the transaction itself. */
  observe(ok: () => void, failed: (error: unknown) => void): Promise<void> {
    return super.then(ok, failed);
  }

  override then<A = T, B = never>(
    ok?: ((value: T) => A | PromiseLike<A>) | null,
    failed?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.handled = true;
    return super.then(ok, failed);
  }
}
