import { ROLES } from "../protocol/enumerations.generated.js";
import type { Writer } from "../codec/writer.js";
import type { Context } from "../engine/context.js";
import { TableHandle } from "../engine/handle.js";
import { weak } from "../platform/weak.js";
import type { Principal } from "./principal.js";

/** The cache of the handles of open tables. It holds them weakly, so unused tables are closed. */
export class HandleCache {
  private readonly principal: Principal | undefined;
  private readonly open = new Map<string, ReturnType<typeof weak<TableHandle>>>();

  constructor(principal?: Principal) {
    this.principal = principal;
  }

  /** Returns the handle of a table. Requests with the same `kind` and `key` share one. */
  get(context: Context, kind: number, key: string, request: (writer: Writer) => void, principal = this.principal): TableHandle {
    context.check();
    const name = `${kind}:${principal === undefined ? "" : JSON.stringify([principal.userId, principal.role])}:${key}`;
    const known = this.open.get(name)?.deref();
    if (known !== undefined) {
      // After a change of definitions it is opened again, which may fail.
      known.number(context);
      return known;
    }
    const handle = new TableHandle(context, (writer) => {
      writer.u8(kind);
      writer.optional(principal, ({ userId, role }) => {
        writer.text(userId);
        writer.u8(ROLES.indexOf(role));
      });
      request(writer);
    });
    // A transaction may be undone, and the definition that the table was compared with.
    if (context.source.transaction === undefined) {
      this.open.set(name, weak(handle));
      if (this.open.size % 256 === 0) this.prune();
    }
    return handle;
  }

  private prune(): void {
    for (const [name, handle] of this.open) if (handle.deref() === undefined) this.open.delete(name);
  }
}
