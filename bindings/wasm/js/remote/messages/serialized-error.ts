import { KeyloftError, type KeyloftErrorCode } from "../../error/error.js";

/** An error in a message. */
export interface SerializedError {
  code: KeyloftErrorCode | undefined;
  name: string;
  message: string;
  cause: SerializedError | undefined;
}

/** The longest chain of causes in a message. */
const DEPTH = 16;

/** Returns the serialized form of a thrown value. */
export function serializeError(thrown: unknown, depth = 0): SerializedError {
  if (typeof thrown !== "object" || thrown === null) return { code: undefined, name: "Error", message: String(thrown), cause: undefined };
  const { name, message, cause } = thrown as { name?: unknown; message?: unknown; cause?: unknown };
  return {
    code: thrown instanceof KeyloftError ? thrown.code : undefined,
    name: typeof name === "string" ? name : "Error",
    message: typeof message === "string" ? message : "a value was thrown that is not an error",
    cause: cause === undefined || depth === DEPTH ? undefined : serializeError(cause, depth + 1),
  };
}

/** Returns the error of a message. */
export function deserializeError({ code, name, message, cause }: SerializedError): Error {
  const options = cause === undefined ? undefined : { cause: deserializeError(cause) };
  if (code !== undefined) return new KeyloftError(code, message, options);
  const error = new Error(message, options);
  error.name = name;
  return error;
}
