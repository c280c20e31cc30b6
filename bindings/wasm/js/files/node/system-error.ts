import { KeyloftError } from "../../error/error.js";

/** The errors that Deno gives no code to, by their numbers on Linux and on macOS. */
const WITHOUT_CODE: { readonly [number: string]: string } = { 27: "EFBIG", 69: "EDQUOT", 122: "EDQUOT" };

/** Returns the code of an error of the operating system, such as `ENOENT`. */
export function codeOf(thrown: unknown): string | undefined {
  const { code, message } = (thrown ?? {}) as { code?: string; message?: string };
  return code ?? WITHOUT_CODE[/\(os error (\d+)\)$/.exec(message ?? "")?.[1] ?? ""];
}

/** Runs an action on the database at this path, and turns the system's errors into the package's. */
export function attempt<T>(path: string, action: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw thrown instanceof KeyloftError ? thrown : failed(path, action, thrown);
  }
}

/** Returns the error of a missing database. */
export function missing(path: string): KeyloftError {
  return new KeyloftError("DatabaseMissing", `\`${path}\` does not exist: create it first`);
}

/** Returns the error of something else than a database. */
export function notADatabase(path: string, reason: string): KeyloftError {
  return new KeyloftError("NotADatabase", `\`${path}\` is not a database: ${reason}; choose another path`);
}

function failed(path: string, action: string, cause: unknown): KeyloftError {
  switch (codeOf(cause)) {
    case "ENOENT":
    case "ENOTDIR":
      return new KeyloftError("FolderMissing", `\`${path}\` can't be created: its folder does not exist; create the folder first`, { cause });
    case "EISDIR":
      return notADatabase(path, "it is a folder");
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "NotCapable":
      return new KeyloftError("PermissionDenied", `\`${path}\` can't be opened: ${described(cause)}; check the rights to it: of the file and its folder, or of the user`, { cause });
    case "ENOSPC":
    case "EDQUOT":
      return new KeyloftError("StorageFull", `no space is left for \`${path}\`: ${described(cause)}; free space, then open it again`, { cause });
    case "ENAMETOOLONG":
    case "ELOOP":
      return new KeyloftError("InvalidDatabaseName", `\`${path}\` can't name a database: ${described(cause)}; choose another name`, { cause });
    default:
      return new KeyloftError("Backend", `the file system can't ${action} \`${path}\`: ${described(cause)}`, { cause });
  }
}

function described(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
