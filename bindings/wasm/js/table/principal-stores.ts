import type { Context } from "../engine/context.js";
import { TableHandle } from "../engine/handle.js";
import { TableKind } from "../protocol/codes.generated.js";
import { HandleCache } from "./handles.js";
import type { Principal } from "./principal.js";
import { rowShape, streamShape } from "./row-shape.js";
import { SharedTable, StreamTable, UserTable } from "./row-table.js";
import { Stores } from "./stores.js";
import { type Id, type IdOptions, ids, key, name } from "./table-options.js";

/**
 * The stores as a principal may use them. What they may not do is an error with the code `AccessDenied`.
 *
 * Shared tables and streams belong to whom their entry in `tables` says. A shared table has the access level that is told there,
 * and is restricted if none is; a stream is restricted.
 */
export class PrincipalStores extends Stores {
  /** The principal's own rows of a user table. */
  userTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): UserTable<Id<T>> {
    const handle = this.handles.get(this.context, TableKind.user, key(namespaceId, tableName), (writer) => {
      name(writer, namespaceId, tableName);
      writer.u8(0);
    });
    return new UserTable(this.context, handle, rowShape(ids(options))) as UserTable<Id<T>>;
  }

  /**
   * A shared table; an error with the code `NotFound` if the system's tables have none of this id. Who may use it is looked up now:
   * ask for it again where that may have been changed.
   */
  sharedTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): SharedTable<Id<T>> {
    const id = ids(options);
    const handle = this.fresh(TableKind.shared, namespaceId, tableName);
    return new SharedTable(this.context, handle, rowShape(id)) as SharedTable<Id<T>>;
  }

  /**
   * A stream; an error with the code `NotFound` if the system's tables have none of this id. Who may use it is looked up now:
   * ask for it again where that may have been changed.
   */
  streamTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): StreamTable<Id<T>> {
    const id = ids(options);
    const handle = this.fresh(TableKind.stream, namespaceId, tableName);
    return new StreamTable(this.context, handle, streamShape(id)) as StreamTable<Id<T>>;
  }

  /** Its access level is looked up each time. */
  private fresh(kind: number, namespaceId: string, tableName: string): TableHandle {
    return new HandleCache().get(this.context, kind, key(namespaceId, tableName), (writer) => {
      name(writer, namespaceId, tableName);
      writer.u8(0);
      writer.u8(0);
    }, this.principal);
  }

  private readonly principal: Principal;

  /** @internal */
  constructor(context: Context, handles: HandleCache, principal: Principal) {
    super(context, handles);
    this.principal = principal;
  }
}
