import { type Role, ROLES } from "../protocol/enumerations.generated.js";
import { invalid, shown } from "../error/check.js";

/** A user with a role, whose rights a view enforces. The caller must have authenticated the user. */
export interface Principal {
  userId: string;
  role: Role;
}

/** Returns the principal. Throws unless it is valid. */
export function checkPrincipal(principal: Principal): Principal {
  if (typeof principal !== "object" || principal === null || typeof principal.userId !== "string") {
    throw invalid(`a principal must be an object with a userId and a role, not ${shown(principal)}`);
  }
  if (!ROLES.includes(principal.role)) throw invalid(`the role of a principal must be one of ${ROLES.join(", ")}, not ${shown(principal.role)}`);
  return { userId: principal.userId, role: principal.role };
}
