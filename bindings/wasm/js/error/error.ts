import type { LibraryErrorCode } from "../protocol/errors.generated.js";

/** What can go wrong: the codes of the library in Rust, and those that only the binding has. */
export type KeyloftErrorCode =
  | LibraryErrorCode
  | "InvalidArgument"
  | "DefinitionMismatch"
  | "OutOfMemory"
  | "AsyncTransaction"
  | "LeaderLost"
  | "TimedOut"
  | "VersionMismatch"
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

/** What is said of a write to a snapshot. */
export const READ_ONLY = "a snapshot can't be written to: write to the database";
