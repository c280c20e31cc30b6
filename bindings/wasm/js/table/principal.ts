import { type Role, ROLES } from "../protocol/enumerations.generated.js";
import { invalid, shown } from "../error/check.js";

/** The identity that a view acts for. The caller must have authenticated it. */
export interface Principal {
  userId: string;
  role: Role;
}

/** Returns the principal. Throws if it is none. */
export function checkPrincipal(principal: Principal): Principal {
  if (typeof principal !== "object" || principal === null || typeof principal.userId !== "string") {
    throw invalid(`a principal is an object with a userId and a role, not ${shown(principal)}`);
  }
  if (!ROLES.includes(principal.role)) throw invalid(`${shown(principal.role)} is not a role: it is one of ${ROLES.join(", ")}`);
  return { userId: principal.userId, role: principal.role };
}
