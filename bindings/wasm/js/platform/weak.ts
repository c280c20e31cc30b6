// What the engine keeps for an object goes with it where the runtime tells of that. workerd doesn't under older
// compatibility dates: what is not closed there stays until the database is.

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

/** Calls back when something that was registered has been collected. */
export function registry<T>(collected: (held: T) => void): Pick<FinalizationRegistry<T>, "register" | "unregister"> {
  return Registry === undefined ? new NoRegistry() : new Registry(collected);
}

/** A reference that keeps nothing alive, if there are such. */
export function weak<T extends object>(target: T): Pick<WeakRef<T>, "deref"> {
  return Ref === undefined ? new StrongRef(target) : new Ref(target);
}
