import type { LibraryErrorCode } from "../protocol/errors.generated.js";

/** The code of an error: the codes of the Rust library, and additional codes of this package. */
export type KeyloftErrorCode =
  | LibraryErrorCode
  | "InvalidArgument"
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
 * The error of the package. `code` is for programs and never changes, `message` is for people, and `cause` is the error
 * behind it, if there is one.
 */
export class KeyloftError extends Error {
  readonly code: KeyloftErrorCode;

  constructor(code: KeyloftErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "KeyloftError";
    this.code = code;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** Accepts errors of other copies of the package too: the CommonJS build and the entry point `keyloft/memory`. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && BRAND in value;
  }
}

/** The message of a write to a snapshot. */
export const READ_ONLY = "a snapshot can't be written to: write to the database";
