import type { Reader } from "./reader.js";

/** What can go wrong: the codes of the library in Rust, and those that only the binding has. */
export type KeyloftErrorCode =
  | "InvalidKey"
  | "KeyTooLong"
  | "ValueTooLong"
  | "InvalidPartition"
  | "Encode"
  | "Decode"
  | "NewerVersion"
  | "AlreadyExists"
  | "NotFound"
  | "UniqueViolation"
  | "IndexMismatch"
  | "UnknownIndex"
  | "Invalid"
  | "InUse"
  | "InvalidTransition"
  | "AccessDenied"
  | "InvalidStream"
  | "NotEmpty"
  | "Io"
  | "InvalidCursor"
  | "UnwatchableQuery"
  | "NotObserved"
  | "ReadOnly"
  | "NestedTransaction"
  | "Aborted"
  | "DatabaseLocked"
  | "DatabaseMissing"
  | "DatabaseExists"
  | "FolderMissing"
  | "NotADatabase"
  | "InvalidDatabaseName"
  | "StorageUnavailable"
  | "PermissionDenied"
  | "StorageFull"
  | "SnapshotOpen"
  | "Corrupted"
  | "Backend"
  | "InvalidArgument"
  | "DefinitionMismatch"
  | "OutOfMemory"
  | "AsyncTransaction"
  | "Closed"
  | "LeaderLost"
  | "TimedOut"
  | "WorkerFailed"
  | "NotInitialized"
  | "Poisoned";

const BRAND = Symbol.for("keyloft.KeyloftError");

/**
 * The one error of the package. `code` says what went wrong, to programs, and never changes; `message` says it to
 * people; `cause` is what was behind it, if anything was.
 */
export class KeyloftError extends Error {
  readonly code: KeyloftErrorCode;

  constructor(code: KeyloftErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "KeyloftError";
    this.code = code;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** Also of an error that another copy of the package has thrown, in its CommonJS form or its memory build. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && BRAND in value;
  }
}

/** The error of an argument that can't be meant. */
export function invalid(message: string, cause?: unknown): KeyloftError {
  return new KeyloftError("InvalidArgument", message, cause === undefined ? undefined : { cause });
}

/** Refuses options, or whatever else `what` is, that are no object or have other fields than these. None are fine. */
export function checkFields(value: unknown, fields: readonly string[], what: string): void {
  if (value === undefined) return;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(`${what} are an object, not ${shown(value)}`);
  for (const name in value) {
    if (!fields.includes(name)) throw invalid(`${what} have no ${shown(name)}: they have ${fields.join(", ")}`);
  }
}

/** Refuses what can't be called. */
export function checkFunction(value: unknown, what: string): void {
  if (typeof value !== "function") throw invalid(`${what} is a function, not ${shown(value)}`);
  if (Object.prototype.toString.call(value).endsWith("GeneratorFunction]")) {
    throw invalid(`${what} is a generator function, of which nothing is done when it is called: leave out the asterisk`);
  }
}

/** A value as a message shows it. */
export function shown(value: unknown): string {
  if (typeof value === "string") return value.length > 64 ? `${JSON.stringify(value.slice(0, 64))}…` : JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null) {
    if (Array.isArray(value)) return `an array of ${value.length}`;
    const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
    return typeof name === "string" && name !== "Object" && name !== "" ? `a ${name}` : "an object";
  }
  return typeof value === "function" ? "a function" : String(value);
}

/** What is said of a write to a snapshot. */
export const READ_ONLY = "a snapshot can't be written to: write to the database";

/** What the library says, where things have other names here, or what it advises can only be done in Rust. */
function inJavaScript(code: KeyloftError["code"], message: string): string {
  switch (code) {
    case "NotEmpty":
      return message.replace("the backend", "the database").replace("`import_replacing`", "`{ replace: true }`");
    case "ReadOnly":
      return READ_ONLY;
    case "Decode":
      return message.replace(/; if the entity's fields changed, raise its schema version and upgrade old values$/, "");
    case "UnknownIndex":
      return message.replace(/ in this store's schema: add it with `Schema::index`, under a name of its own, then `reindex`$/, ": its definition says which it has");
    case "IndexMismatch":
      return message.replace(/: run `verify`, then `reindex`$/, ": `reindex` in Rust makes it anew");
    default:
      return message;
  }
}

/** The error that a response holds. */
export function readError(reader: Reader): KeyloftError {
  const code = reader.text() as KeyloftError["code"];
  const message = reader.text();
  const causes: string[] = [];
  while (reader.u8() === 1) causes.push(reader.text());
  const cause = causes.reduceRight<Error | undefined>(
    (inner, message) => new Error(message, inner === undefined ? undefined : { cause: inner }),
    undefined,
  );
  return new KeyloftError(code, inJavaScript(code, message), cause === undefined ? undefined : { cause });
}
