/**
 * A promise that knows whether its result was handled: awaiting it or catching its error counts. `await` calls `then`
 * of a promise of another class than `Promise`, so the override sees it.
 */
export class TrackedPromise<T> extends Promise<T> {
  handled = false;
  settled: Promise<void> | undefined;

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** Works as `then`, but does not count as handled. */
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
