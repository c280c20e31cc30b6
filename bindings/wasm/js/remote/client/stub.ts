import { collect, type ImportSource } from "../../database/import.js";
import { checkFunction } from "../../error/check.js";
import { KeyloftError } from "../../error/error.js";
import { LIVE, liveCount, liveEntity, liveList, liveReading, liveSelection } from "../../table/live-queries.js";
import { asyncDispose } from "../../platform/dispose.js";
import { changedBy } from "../../table/change.js";
import type { CollectionDefinition } from "../../table/collection-definition.js";
import { type DefineAnswer, type DefineOptions, type DefineStepRequest, Defining } from "../../table/define.js";
import { type RemoteMember, type RemoteApi, SNAPSHOT } from "../messages/remote-api.js";
import { AsyncSelect, type AsyncSelectSource } from "./async-select.js";
import { SnapshotScope, databaseScope, type CallScope, transaction } from "./call-scope.js";
import type { RemoteObject } from "./connection.js";
import { RemoteIterator } from "./remote-iterator.js";
import { RemoteScan } from "./remote-scan.js";
import { RemoteWatch } from "./remote-watch.js";

/** A local stand-in for an object of the leader. */
export class Stub {
  /** @internal */
  readonly remote: RemoteObject;
  /** @internal */
  readonly scope: CallScope;

  constructor(remote: RemoteObject, scope: CallScope = databaseScope) {
    this.remote = remote;
    this.scope = scope;
    // A console shows the members of the store, not these.
    Object.defineProperties(this, { remote: { enumerable: false }, scope: { enumerable: false } });
  }
}

type StubClass = new (remote: RemoteObject, scope?: CallScope) => Stub;

const classes = new Map<RemoteApi, StubClass>();

/** Returns the class of the stubs with this API. */
export function stubClass(members: RemoteApi): StubClass {
  let known = classes.get(members);
  if (known === undefined) {
    known = class extends Stub {};
    for (const [name, member] of Object.entries(members)) Object.defineProperty(known.prototype, name, property(name, member));
    classes.set(members, known);
  }
  return known;
}

function stub(members: RemoteApi, remote: RemoteObject, scope: CallScope): Stub {
  return new (stubClass(members))(remote, scope);
}

function property(name: string, member: RemoteMember): PropertyDescriptor {
  if (typeof member === "object" && "getter" in member) {
    return {
      configurable: true,
      get(this: Stub): Stub {
        const value = stub(member.getter(), this.remote.member(name), this.scope);
        Object.defineProperty(this, name, { value, configurable: true });
        return value;
      },
    };
  }
  return { configurable: true, writable: true, value: method(name, member) };
}

type Method = (this: Stub, ...args: unknown[]) => unknown;

function method(name: string, member: Exclude<RemoteMember, { getter: unknown }>): Method {
  if (typeof member === "object") {
    if ("store" in member) {
      return function (...args) {
        return stub(member.store(), this.remote.member(name, args), this.scope);
      };
    }
    return async function (given) {
      checkFunction(given, "the body of a transaction");
      const body = given as (tx: Stub) => unknown;
      return transaction(this.remote.root, (tx, scope): unknown => body(stub(member.transaction(), this.remote.within(tx), scope)));
    };
  }
  switch (member) {
    case "read":
    case "write":
    case "writeMany":
      return function (...args) {
        return this.scope.ask(this.remote, name, args, member === "read", member === "writeMany");
      };
    case "import":
      return async function (source, ...rest) {
        return this.scope.ask(this.remote, name, [await collect(source as ImportSource), ...rest], false);
      };
    case "update":
    case "updateRow":
      return function (key, change, ...rest) {
        return update(this, key, change, rest, member === "updateRow");
      };
    case "define":
      return async function (collection, definition, options) {
        const defining = new Defining(definition as CollectionDefinition, options as DefineOptions | undefined);
        const step = (request: DefineStepRequest): Promise<unknown> => this.scope.ask(this.remote, "defineStep", [collection, definition, request], false);
        try {
          while (defining.take((await step(defining.next())) as DefineAnswer));
        } catch (error) {
          const undo = defining.undo(error);
          // If this fails too, the next call does it.
          if (undo !== undefined) await step(undo).catch(() => undefined);
          throw error;
        }
        return defining.changed;
      };
    case "select":
      return function () {
        const { selected, countSelected, explainSelected } = this as unknown as AsyncSelectSource<[unknown, unknown]>;
        const source: AsyncSelectSource<[unknown, unknown]> = {
          selected: selected.bind(this),
          countSelected: countSelected.bind(this),
          explainSelected: explainSelected.bind(this),
          liveSelected: (parts) =>
            liveSelection(parts, {
              watch: (query) => watchLive(this, this.remote, query),
              read: (unprojected) => new AsyncSelect(source, unprojected).all(),
              // The leader knows the indexes.
              repeats: () => true,
            }),
        };
        return new AsyncSelect(source);
      };
    case "scan":
      return function (...args) {
        const scan: RemoteScan = new RemoteScan(() => this.remote.member(name, args), this.scope, () => {
          const [query = {}] = args;
          if (name === "scan") return liveList(query, (limited) => watchLive(this, this.remote, limited));
          // The entities without a value in an index.
          const { reverse, limit, ...range } = query as { reverse?: unknown; limit?: unknown };
          return liveReading(range, (whole) => watchLive(this, this.remote.from as RemoteObject, whole), () => scan.toArray());
        });
        return scan;
      };
    case "liveGet":
      return function (key) {
        return liveEntity(key, (query) => watchLive(this, this.remote, query));
      };
    case "liveCount":
      return function (query = {}) {
        return liveCount(query, (limited) => watchLive(this, this.remote, limited));
      };
    case "iterator":
      return function (...args) {
        return new RemoteIterator(this.remote.member(name, args, false), this.scope);
      };
    case "watch":
      return function (...args) {
        return new RemoteWatch(this.remote.member(name, args));
      };
    case "snapshot":
      return async function () {
        const remote = this.remote.member(name, [], false);
        await remote.begin();
        return new RemoteSnapshot(remote, new SnapshotScope());
      };
  }
}

/** Begins the watch of a live query. */
function watchLive({ scope }: Stub, remote: RemoteObject, query: unknown): RemoteWatch {
  if (scope !== databaseScope) throw new KeyloftError("UnwatchableQuery", "a snapshot or a transaction has no live queries: use the store of the database");
  return new RemoteWatch(remote.member("watch", [query, LIVE]));
}

const CHANGE = "the change of a row";

/** Reads the entity, changes it here, and writes it. */
function update({ remote, scope }: Stub, key: unknown, given: unknown, rest: unknown[], columns: boolean): Promise<unknown> {
  return scope.alone(remote, async (ask) => {
    checkFunction(given, CHANGE);
    const found = await ask("require", [key], false);
    const before = columns ? (found as { row: unknown }).row : found;
    return ask("update", [key, changedBy(given as (row: unknown) => unknown, before, CHANGE), ...rest], false);
  });
}

/** The stub of a snapshot. */
class RemoteSnapshot extends stubClass(SNAPSHOT) {
  async close(): Promise<void> {
    (this.scope as SnapshotScope).close();
    this.remote.drop();
  }

  [asyncDispose](): Promise<void> {
    return this.close();
  }
}
