import { type Role, ROLES } from "../protocol/enumerations.generated.js";
import { invalid, shown } from "../error/check.js";

/** Who asks. Whoever makes one has checked that they are who they say. */
export interface Principal {
  userId: string;
  role: Role;
}

/** The principal, if it is one. */
export function checkPrincipal(principal: Principal): Principal {
  if (typeof principal !== "object" || principal === null || typeof principal.userId !== "string") {
    throw invalid(`a principal is an object with a userId and a role, not ${shown(principal)}`);
  }
  if (!ROLES.includes(principal.role)) throw invalid(`${shown(principal.role)} is not a role: it is one of ${ROLES.join(", ")}`);
  return { userId: principal.userId, role: principal.role };
}
