import { TABLE_ACCESSES, type TableAccess } from "../protocol/enumerations.generated.js";
import { bytesKey, textKey } from "../codec/key.js";
import type { Writer } from "../codec/writer.js";
import { checkFields, invalid, shown } from "../error/check.js";

/** The options of a table. `ids` is the type of its row ids: `"string"` by default, or `"bytes"`. */
export interface IdOptions<T extends "string" | "bytes" = "string" | "bytes"> {
  ids?: T | undefined;
}

/** The options of a shared table or a stream: its access level and its owner, which the views of `as` enforce. */
export interface SharedOptions<T extends "string" | "bytes" = "string" | "bytes"> extends IdOptions<T> {
  access?: TableAccess | undefined;
  owner?: string | undefined;
}

export type Id<T> = T extends "bytes" ? Uint8Array : string;

export const SHARED: readonly string[] = ["ids", "access", "owner"];

/** Returns the key of a table in the cache of handles. */
export function tableKey(namespaceId: string, tableName: string, ...more: readonly (string | number | undefined)[]): string {
  if (typeof namespaceId !== "string" || typeof tableName !== "string") {
    throw invalid(`the namespace and the name of a table must be strings, not ${shown(namespaceId)} and ${shown(tableName)}`);
  }
  return JSON.stringify([namespaceId, tableName, ...more]);
}

export function idCodec(options: IdOptions | undefined, fields: readonly string[] = ["ids"]): typeof textKey {
  checkFields(options, fields, "the options of a table");
  const kind = options?.ids ?? "string";
  if (kind !== "string" && kind !== "bytes") throw invalid(`ids must be "string" or "bytes", not ${shown(kind)}`);
  return kind === "bytes" ? (bytesKey as unknown as typeof textKey) : textKey;
}

export function writeTableName(writer: Writer, namespaceId: string, tableName: string): void {
  writer.text(namespaceId);
  writer.text(tableName);
}

/** Returns the code of the access level and the owner that the options of a shared table name. */
export function accessOptions(options: SharedOptions | undefined): { access: number | undefined; owner: string | undefined } {
  const { access, owner } = options ?? {};
  const code = access === undefined ? undefined : TABLE_ACCESSES.indexOf(access);
  if (code === -1) throw invalid(`access must be one of ${TABLE_ACCESSES.join(", ")}, not ${shown(access)}`);
  if (owner !== undefined && typeof owner !== "string") throw invalid(`owner must be a string, not ${shown(owner)}`);
  return { access: code, owner };
}
