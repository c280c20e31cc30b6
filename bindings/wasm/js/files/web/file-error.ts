import { KeyloftError } from "../../error/error.js";


const STORAGE = "the browser's private file system";

/** Returns the error of a runtime without private files. */
export function unavailable(reason: string, cause?: unknown): KeyloftError {
  const options = cause === undefined ? undefined : { cause };
  return new KeyloftError("StorageUnavailable", `${STORAGE} can't be used here: ${reason}`, options);
}

/** Returns the error of a missing database. */
export function missing(database: string): KeyloftError {
  return new KeyloftError("DatabaseMissing", `there is no database \`${database}\`: create it first`);
}

/** The action that reads the bytes of a database. */
export const READ = "read the file";

/** Runs an action on a database or on the folder, and turns the browser's errors into the package's. */
export async function attempt<T>(database: string, action: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw thrown instanceof KeyloftError ? thrown : failed(database, action, thrown);
  }
}

function failed(database: string, action: string, thrown: unknown): KeyloftError {
  const cause = new Error(`${database}: ${describe(thrown)}`, { cause: thrown });
  switch (thrown instanceof Error ? thrown.name : undefined) {
    case "NoModificationAllowedError":
      return new KeyloftError("DatabaseLocked", `can't ${action} of database \`${database}\`: it is open in another tab or worker; close it there first${also(action)}`);
    case "NotFoundError":
      return missing(database);
    case "TypeMismatchError":
      return new KeyloftError("NotADatabase", `\`${database}\` is not a database: it is a folder`);
    case "NotAllowedError":
    case "SecurityError":
      return new KeyloftError("PermissionDenied", `\`${database}\` can't be opened: permission denied; check the site's permissions`, { cause });
    case "QuotaExceededError":
      return new KeyloftError("StorageFull", `no space is left for \`${database}\`: free space or ask the browser for a larger quota, then open it again`, { cause });
    default:
      return new KeyloftError("Backend", `${STORAGE} failed to ${action} of \`${database}\`: try again`, { cause });
  }
}

/** Returns one more advice for a database that is open, if only its bytes are asked for. */
function also(action: string): string {
  return action === READ ? ", or call `file` of the open database for its bytes" : "";
}

/** Returns a handler that replaces the error of a missing file by the value, and throws any other. */
export function unlessMissing<T>(value: T): (thrown: unknown) => T {
  return (thrown) => {
    if (isNamed(thrown, "NotFoundError")) return value;
    throw thrown;
  };
}

export function isNamed(thrown: unknown, name: string): boolean {
  return thrown instanceof Error && thrown.name === name;
}

export function describe(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
}
