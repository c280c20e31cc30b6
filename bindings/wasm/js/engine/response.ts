import { Reader } from "../codec/reader.js";
import { KeyloftError, READ_ONLY } from "../error/error.js";

/** Returns the Rust library's message with remedies that exist in JavaScript. */
function inJavaScript(code: KeyloftError["code"], message: string): string {
  switch (code) {
    case "NotEmpty":
      return message.replace("the backend", "the database").replace("`import_replacing`", "`{ replace: true }`").replace("another backend", "another database");
    case "ReadOnly":
      return message.startsWith("index") ? message : READ_ONLY;
    case "DefinitionMismatch":
      return message.replace(
        /; [^;]*`(?:migrate|Migration)[^;]*(?:; or keep the stored fields)?$/,
        message.includes("its keys are being changed")
          ? "; finish `defineCollection` with its `rekey`, or give the change up with `abandonRekey`, or in Rust for a table of a Rust program"
          : "; `defineCollection` moves a collection to another definition, and a Rust program its own tables",
      );
    case "IndexNotBuilt":
      return message.replace(/: run the migration to its end$/, ": finish the migration with `defineCollection`, or in Rust");
    case "Decode":
      return message.replace(/; if the entity's fields changed, raise its schema version and upgrade old values; .*$/, "");
    case "UnknownIndex":
      return message.replace(/ of this kind and type in its schema: add it there under an unused name, then call `migrate`$/, ": its definition says which it has");
    case "IndexMismatch":
      return message.replace(/: run `verify`, then `reindex`$/, ": `reindex` in Rust builds it again");
    default:
      return message;
  }
}

/** Reads the error in a response. */
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

/** Runs a function of the engine, whose errors are thrown as bytes. */
export function decodingErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw decodedError(error);
  }
}

/** Returns the error that the engine has thrown as bytes, or any other error. */
function decodedError(error: unknown): unknown {
  return error instanceof Uint8Array ? readError(new Reader(error)) : error;
}
