import { KeyloftError } from "../../error/error.js";
import { VERSION, versionMismatch } from "../messages/version.js";
import type { Notice } from "./broadcast.js";

/** The settings of a leader that say whom it serves. */
export interface LeaderOptions {
  readonly database: string;
  readonly exclusive: boolean;
}

/** Returns the reason not to serve a client of this version, if there is one. */
export function refusalOf(hello: Extract<Notice, { notice: "hello" }>, version: unknown, leader: LeaderOptions): KeyloftError | undefined {
  const { database } = leader;
  if (version !== VERSION) return versionMismatch(database, VERSION, version);
  if (hello.fresh) return new KeyloftError("DatabaseExists", `database \`${database}\` exists already and is open: use another mode, or choose another name`);
  return leader.exclusive || hello.exclusive ? locked(database) : undefined;
}

/** Returns the error of a database that one of two openers wants for itself. */
export function locked(database: string): KeyloftError {
  return new KeyloftError(
    "DatabaseLocked",
    `database \`${database}\` is open in another tab or worker, and one of the two opened it with \`tabs: "exclusive"\`: close it there, or use \`tabs: "shared"\` in both`,
  );
}
