import type { Context } from "../engine/context.js";
import { TableHandle } from "../engine/handle.js";
import { TableKind } from "../protocol/codes.generated.js";
import { HandleCache } from "./handles.js";
import type { Principal } from "./principal.js";
import { rowShape, streamShape } from "./row-shape.js";
import { SharedTable, StreamTable, UserTable } from "./row-table.js";
import { Stores } from "./stores.js";
import { type Id, type IdOptions, idCodec, tableKey, writeTableName } from "./table-options.js";

/**
 * The stores with the rights of a principal. A call that the principal may not make fails with the code `AccessDenied`.
 *
 * The entry of a table in `tables` names the owner of a shared table or a stream, and the access level of a shared
 * table. Without a level, a shared table is restricted; a stream always is.
 */
export class PrincipalStores extends Stores {
  /** Returns the principal's own rows of a user table. */
  userTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): UserTable<Id<T>> {
    const handle = this.handles.get(this.context, TableKind.user, tableKey(namespaceId, tableName), (writer) => {
      writeTableName(writer, namespaceId, tableName);
      writer.u8(0);
    });
    return new UserTable(this.context, handle, rowShape(idCodec(options))) as UserTable<Id<T>>;
  }

  /**
   * Returns a shared table. If `tables` has no entry of this id, it fails with the code `NotFound`. The access level is
   * read now: call this method again when the level may have changed.
   */
  sharedTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): SharedTable<Id<T>> {
    const id = idCodec(options);
    const handle = this.openUncached(TableKind.shared, namespaceId, tableName);
    return new SharedTable(this.context, handle, rowShape(id)) as SharedTable<Id<T>>;
  }

  /**
   * Returns a stream. If `tables` has no entry of this id, it fails with the code `NotFound`. The access level is read
   * now: call this method again when the level may have changed.
   */
  streamTable<T extends "string" | "bytes" = "string">(
    namespaceId: string,
    tableName: string,
    options?: IdOptions<T>,
  ): StreamTable<Id<T>> {
    const id = idCodec(options);
    const handle = this.openUncached(TableKind.stream, namespaceId, tableName);
    return new StreamTable(this.context, handle, streamShape(id)) as StreamTable<Id<T>>;
  }

  /** Opens the table without the cache, because its access level may have changed. */
  private openUncached(kind: number, namespaceId: string, tableName: string): TableHandle {
    return new HandleCache().get(this.context, kind, tableKey(namespaceId, tableName), (writer) => {
      writeTableName(writer, namespaceId, tableName);
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
