import { Context } from "../engine/context.js";
import { HandleCache } from "../table/handles.js";
import { PrincipalStores } from "../table/principal-stores.js";
import type { Principal } from "../table/principal.js";
import { run, type Sync } from "./transaction.js";

/** The stores with the rights of a principal, and transactions on them. */
export class View extends PrincipalStores {
  /** Runs `body` in a transaction, as `Database.transaction` does. */
  transaction<T>(body: (tx: PrincipalStores) => Sync<T>): T {
    const { userId, role } = this.who;
    return this.context.transaction((context) => run(body, new PrincipalStores(context, new HandleCache(this.who), { userId, role })));
  }

  private readonly who: Principal;

  /** @internal */
  constructor(context: Context, handles: HandleCache, principal: Principal) {
    super(context, handles, principal);
    this.who = principal;
  }
}
