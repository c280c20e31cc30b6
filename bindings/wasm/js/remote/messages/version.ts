import { KeyloftError } from "../../error/error.js";

/**
 * The version of the messages between tabs, and between a tab and its worker. Raise it when a message, a member of the
 * remote API or the packing of values changes, because after an update an application may have tabs of both versions open.
 */
export const VERSION = 1;

/** Returns the error of a tab whose leader uses another version. */
export function versionMismatch(database: string, leader: unknown, tab: unknown): KeyloftError {
  const older = Number(tab) < Number(leader) ? "this tab" : "the other tab";
  return new KeyloftError(
    "VersionMismatch",
    `can't share database \`${database}\`: the tab that has it open uses version ${leader} of the messages between tabs, and this tab uses version ${tab}; reload ${older}, which is older`,
  );
}
