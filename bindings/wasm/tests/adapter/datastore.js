// The datastore of IPFS over a partition, for Helia and the other packages that are built on that interface.
import { BaseDatastore } from "datastore-core";
import { Key } from "interface-datastore";
import { NotFoundError } from "interface-store";

const bytes = (key) => new TextEncoder().encode(key.toString());
const named = (key) => new Key(new TextDecoder().decode(key));

/** A datastore in a partition of an open database, which outlives it. */
export class KeyloftDatastore extends BaseDatastore {
  constructor(database, name) {
    super();
    this.database = database;
    this.name = name;
    this.partition = database.partition(name);
  }

  async put(key, value, options) {
    options?.signal?.throwIfAborted();
    this.partition.put(bytes(key), value);
    return key;
  }

  async get(key, options) {
    options?.signal?.throwIfAborted();
    const value = this.partition.get(bytes(key));
    if (value === undefined) throw new NotFoundError(`no entry has the key ${key}`);
    return value;
  }

  async has(key, options) {
    options?.signal?.throwIfAborted();
    return this.partition.has(bytes(key));
  }

  async delete(key, options) {
    options?.signal?.throwIfAborted();
    this.partition.delete(bytes(key));
  }

  /** Collects writes, which `commit` stores together: all of them, or none. */
  batch() {
    let operations = [];
    return {
      put: (key, value) => void operations.push({ type: "put", key: bytes(key), value }),
      delete: (key) => void operations.push({ type: "delete", key: bytes(key) }),
      commit: async (options) => {
        options?.signal?.throwIfAborted();
        this.partition.batch(operations);
        operations = [];
      },
    };
  }

  /** One snapshot, of the keys that begin with the prefix. The filters, orders and limits are those of the base. */
  async *_all({ prefix }, options) {
    const snapshot = this.database.snapshot();
    try {
      for (const [key, value] of snapshot.partition(this.name).scan(prefix === undefined ? {} : { prefix: bytes(prefix) })) {
        options?.signal?.throwIfAborted();
        yield { key: named(key), value };
      }
    } finally {
      snapshot.close();
    }
  }

  async *_allKeys(query, options) {
    for await (const { key } of this._all(query, options)) yield key;
  }
}
