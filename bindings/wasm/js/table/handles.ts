import { ROLES } from "../protocol/enumerations.generated.js";
import type { Writer } from "../codec/writer.js";
import type { Context } from "../engine/context.js";
import { TableHandle } from "../engine/handle.js";
import { weak } from "../platform/weak.js";
import type { Principal } from "./principal.js";

/** The tables that are open, under what they were opened as; those that nobody uses any more are let go. */
export class HandleCache {
  private readonly principal: Principal | undefined;
  private readonly open = new Map<string, ReturnType<typeof weak<TableHandle>>>();

  constructor(principal?: Principal) {
    this.principal = principal;
  }

  /** The handle of a table; `key` tells those apart that are opened by different requests. */
  get(context: Context, kind: number, key: string, request: (writer: Writer) => void, principal = this.principal): TableHandle {
    context.check();
    const name = `${kind}:${principal === undefined ? "" : JSON.stringify([principal.userId, principal.role])}:${key}`;
    const known = this.open.get(name)?.deref();
    if (known !== undefined) return known;
    const handle = new TableHandle(context, (writer) => {
      writer.u8(kind);
      writer.optional(principal, ({ userId, role }) => {
        writer.text(userId);
        writer.u8(ROLES.indexOf(role));
      });
      request(writer);
    });
    // What a transaction opens may be undone with it.
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
