// The principal: the program itself, or a user whose views refuse what that user may not do.

import type { AsyncDatabase, Principal, Role } from "keyloft";

import { fill, h } from "./dom";

const ROLES: readonly Role[] = ["user", "service", "dba", "system"];

/** The number of users in the list. */
const OFFERED = 12;

export class PrincipalChoice {
  private readonly select = h("select", { id: "principal", title: "Who asks", on: { change: () => this.chosen(this.current) } });
  readonly element = h("label", { class: "principal" }, h("span", {}, "As"), this.select);
  private readonly chosen: (principal: Principal | undefined) => void;
  private principals: Principal[] = [];

  constructor(chosen: (principal: Principal | undefined) => void) {
    this.chosen = chosen;
  }

  /** The chosen principal; none is the program itself. */
  get current(): Principal | undefined {
    return this.principals[this.select.selectedIndex - 1];
  }

  /**
   * Lists the database's users, and a principal of each role that no user has. Returns `true` if the chosen one is gone,
   * so that the program itself is the principal again.
   */
  async refresh(db: AsyncDatabase): Promise<boolean> {
    const { entries: users } = await db.users.page({ limit: OFFERED });
    const names = new Map(users.map(({ userId, username }) => [userId, username]));
    const principals: Principal[] = users.filter((user) => user.deletedAt === null).map(({ userId, role }) => ({ userId, role }));
    for (const role of ROLES) {
      if (!principals.some((principal) => principal.role === role)) principals.push({ userId: `some-${role}`, role });
    }
    principals.sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role));
    const labels = ["the program itself", ...principals.map(({ userId, role }) => `${names.get(userId) ?? userId} (${role})`)];
    const { current } = this;
    const kept = principals.findIndex(({ userId, role }) => userId === current?.userId && role === current.role);
    this.principals = principals;
    // Filling an open list closes it.
    const shown = Array.from(this.select.options, ({ text }) => text);
    if (labels.join("\n") !== shown.join("\n")) fill(this.select, ...labels.map((label) => h("option", {}, label)));
    this.select.selectedIndex = kept + 1;
    return current !== undefined && kept < 0;
  }
}
