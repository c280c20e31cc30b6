import { checkEntity, type EntityCodec } from "../codec/entity-codec.js";
import { type KeyCodec, textKey } from "../codec/key.js";
import { Writer } from "../codec/writer.js";
import type { Context } from "../engine/context.js";
import type { TableHandle } from "../engine/handle.js";
import { checkArray, checkFunction, invalid, shown } from "../error/check.js";
import { changedBy } from "./change.js";
import type { Shape } from "./shape.js";
import { Store } from "./store.js";

const CHANGE = "the change of an entity";

/** The shape of entities that hold their keys. */
export interface EntityShape<K, P, E, I> extends Shape<K, P, E, I, E> {
  /** Throws unless the value can be such an entity. */
  check(entity: I): void;
}

/** The base of the system tables, whose entities hold their keys. */
export abstract class SystemStore<K, P, E extends object, I extends object> extends Store<K, P, E, I, E> {
  /** @internal */
  protected declare readonly shape: EntityShape<K, P, E, I>;

  /** @internal */
  constructor(context: Context, handle: TableHandle, shape: EntityShape<K, P, E, I>) {
    super(context, handle, shape);
  }

  /** The key that the entity carries. @internal */
  protected abstract keyOf(entity: I): K;

  /** Stores the entity, or replaces the entity with this key. */
  put(entity: I): void {
    this.write(this.checkedKey(entity), entity, false);
  }

  /** Stores the entity if its key is new. Otherwise it fails with the code `AlreadyExists`. */
  insert(entity: I): void {
    this.write(this.checkedKey(entity), entity, true);
  }

  /** Stores all entities in one transaction. */
  putMany(entities: readonly I[]): void {
    checkArray(entities, "entities");
    this.batchOf(entities, (value) => ({ type: "put", key: this.checkedKey(value), value }));
  }

  /**
   * Reads the entity, changes it and stores it, in one transaction. `change` changes its argument, or returns
   * a new entity. Returns the stored entity.
   */
  update(key: K, change: (entity: E) => E | I | undefined | void): E {
    checkFunction(change, CHANGE);
    return this.context.transaction((context) => {
      const store = this.within(context);
      const entity = store.require(key);
      const changed = changedBy(change, entity, CHANGE) as unknown as I;
      const changedKey = store.checkedKey(changed);
      if (!store.isSameKey(changedKey, key)) throw invalid(`the change of an entity must keep its key ${shown(key)}, but set it to ${shown(changedKey)}`);
      store.put(changed);
      return store.require(key);
    });
  }

  private within(context: Context): this {
    if (context === this.context) return this;
    const constructor = this.constructor as new (context: Context, handle: TableHandle) => this;
    return new constructor(context, this.handle);
  }

  private isSameKey(one: K, other: K): boolean {
    const [a, b] = [one, other].map((key) => {
      const writer = new Writer();
      this.shape.key.write(writer, key);
      return String(writer.written());
    });
    return a === b;
  }

  private checkedKey(entity: I): K {
    if (typeof entity !== "object" || entity === null) throw invalid(`an entity must be an object, not ${shown(entity)}`);
    this.shape.check(entity);
    return this.keyOf(entity);
  }
}

export function selfKeyed<K, P, E extends object, I extends object>(key: KeyCodec<K, P>, codec: EntityCodec<E, I>): EntityShape<K, P, E, I> {
  return { key, check: (entity) => checkEntity(entity, codec), write: codec.write, read: codec.read, entry: (_, entity) => entity, keyless: true };
}

/** Returns the shape of entities that are stored without their keys. */
export function separatelyKeyed<F extends string, E extends object, I extends object>(
  field: F,
  codec: EntityCodec<E, I>,
): EntityShape<string, string, E & Record<F, string>, I> {
  return {
    key: textKey,
    check: (entity) => checkEntity(entity, codec),
    write: codec.write,
    read: (reader, key) => ({ [field]: key, ...codec.read(reader) }) as E & Record<F, string>,
    entry: (_, entity) => entity,
    keyless: false,
  };
}
