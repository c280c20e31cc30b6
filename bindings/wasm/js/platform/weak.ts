// The engine's resources are released when their owners are collected, where the runtime tells. workerd does not under
// older compatibility dates: there they last until they are closed, or the database is.

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

/** Returns a registry that calls back when a registered object was collected. */
export function registry<T>(collected: (held: T) => void): Pick<FinalizationRegistry<T>, "register" | "unregister"> {
  return Registry === undefined ? new NoRegistry() : new Registry(collected);
}

/** Returns a reference that keeps nothing alive, where the runtime has weak references. */
export function weak<T extends object>(target: T): Pick<WeakRef<T>, "deref"> {
  return Ref === undefined ? new StrongRef(target) : new Ref(target);
}
