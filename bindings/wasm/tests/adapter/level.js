// `abstract-level` over a partition, for the packages that are built on that interface.
import { AbstractIterator, AbstractKeyIterator, AbstractLevel, AbstractSnapshot, AbstractValueIterator } from "abstract-level";

const SUPPORTS = { encodings: { view: true }, seek: true, has: true, getSync: true, implicitSnapshots: true, explicitSnapshots: true };

/** An ordered store of bytes in a partition of an open database, which outlives it. */
export class KeyloftLevel extends AbstractLevel {
  constructor(database, name, options) {
    super(SUPPORTS, options);
    this.database = database;
    this.name = name;
    this.partition = database.partition(name);
  }

  _getSync = (key, options) => this.#at(options).get(key);
  _get = async (key, options) => this.#at(options).get(key);
  _getMany = async (keys, options) => this.#at(options).getMany(keys);
  _has = async (key, options) => this.#at(options).has(key);
  _hasMany = async (keys, options) => this.#at(options).hasMany(keys);
  _put = async (key, value) => this.partition.put(key, value);
  _del = async (key) => void this.partition.delete(key);
  _batch = async (operations) => this.partition.batch(operations.map((operation) => (operation.type === "del" ? { ...operation, type: "delete" } : operation)));
  _clear = async (options) => {
    if (options.snapshot === undefined) this.partition.clear(range(options));
    else this.partition.deleteMany([...this.#at(options).scan(range(options))].map(([key]) => key));
  };
  _iterator = (options) => new Entries(this, options, () => this.#at(options).iterator(range(options)));
  _keys = (options) => new Keys(this, options, () => this.#at(options).iterator(range(options)));
  _values = (options) => new Values(this, options, () => this.#at(options).iterator(range(options)));
  _snapshot = (options) => new LevelSnapshot(options, this.database.snapshot(), this.name);

  #at = ({ snapshot }) => snapshot?.partition ?? this.partition;
}

class LevelSnapshot extends AbstractSnapshot {
  constructor(options, snapshot, name) {
    super(options);
    this.partition = snapshot.partition(name);
    this._close = async () => snapshot.close();
  }
}

/** A kind of iterator. If its snapshot is closed, its first use fails. */
const iterating = (Base, item) =>
  class extends Base {
    constructor(level, options, open) {
      super(level, options);
      let iterator = options.snapshot === undefined ? open() : undefined;
      this._nextv = async (size) => (iterator ??= open()).take(size).map(item);
      this._next = async () => (await this._nextv(1))[0];
      this._seek = (key) => (iterator ??= open()).seek(key);
      this._close = async () => void iterator?.return();
    }
  };
const Entries = iterating(AbstractIterator, (entry) => entry);
const Keys = iterating(AbstractKeyIterator, ([key]) => key);
const Values = iterating(AbstractValueIterator, ([, value]) => value);

/** The inclusive bound wins over the other one of its side. A limit of -1 is none. */
const range = ({ gt, gte, lt, lte, reverse, limit }) => ({
  ...(gte === undefined ? { gt } : { gte }),
  ...(lte === undefined ? { lt } : { lte }),
  reverse,
  limit: limit < 0 ? undefined : limit,
});
