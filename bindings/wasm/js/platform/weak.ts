// The engine's resources are released when their owners are garbage-collected, if the runtime has `FinalizationRegistry`.
// workerd lacks it under older compatibility dates. There resources last until they or their database are closed.

class NoRegistry implements Pick<FinalizationRegistry<unknown>, "register" | "unregister"> {
  register(): void {}

  unregister(): boolean {
    return false;
  }
}

class StrongRef<T extends object> implements Pick<WeakRef<T>, "deref"> {
  private readonly target: T;

  constructor(target: T) {
    this.target = target;
  }

  deref(): T {
    return this.target;
  }
}

const { FinalizationRegistry: Registry, WeakRef: Ref } = globalThis as Partial<Pick<typeof globalThis, "FinalizationRegistry" | "WeakRef">>;

/** Returns a registry that calls `collected` after a registered object was garbage-collected. */
export function registry<T>(collected: (held: T) => void): Pick<FinalizationRegistry<T>, "register" | "unregister"> {
  return Registry === undefined ? new NoRegistry() : new Registry(collected);
}

/** Returns a weak reference if the runtime has them, otherwise a strong one. */
export function weak<T extends object>(target: T): Pick<WeakRef<T>, "deref"> {
  return Ref === undefined ? new StrongRef(target) : new Ref(target);
}
