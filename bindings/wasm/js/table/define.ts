import { Reader } from "../codec/reader.js";
import { readRow, rowBytes } from "../codec/row.js";
import { isPlain, type Row } from "../codec/value.js";
import { Writer } from "../codec/writer.js";
import { checkFields, checkFunction, invalid, shown } from "../error/check.js";
import { KeyloftError } from "../error/error.js";
import { ChangeOfKeys } from "../protocol/codes.generated.js";
import { readDefinition } from "../shape/definition.js";
import { keyCodec } from "../shape/key.js";
import { checkDefinition, type CollectionDefinition } from "./collection-definition.js";

/** The options of the definition of a collection. */
export interface DefineOptions {
  /**
   * Returns the row in the form of the definition's version. `from` is the version of the row. It may be called again for a
   * row, with the same arguments.
   */
  migrate?: ((row: Row, from: number) => Row) | undefined;
  /**
   * Returns the new key of a row, if the definition has another type of keys. It takes the old key and the row as it is stored,
   * and may be called again for a row. Two rows must not get one key.
   */
  rekey?: ((key: any, row: Row) => unknown) | undefined;
  /**
   * Gives up a change of keys that an earlier call has not finished, before anything else. It is for the release before that
   * call's, whose definition still has the old keys.
   */
  abandonRekey?: boolean | undefined;
  /** Takes the number of rows that this call has handled so far, after each transaction. */
  progress?: ((rows: number) => void) | undefined;
}

/** The answer to a step: the number of handled rows, or the rows to migrate or to rekey before the step is repeated. */
export interface DefineAnswer {
  readonly handled?: number;
  /** The number of the change of keys, while it copies rows. */
  readonly run?: number;
  readonly rows?: readonly OldRow[];
  /** The stored definition, and rows with their keys. */
  readonly keyed?: { readonly definition: Uint8Array; readonly rows: readonly KeyedRow[] };
}

/** The version and the stored form of an old row. */
export type OldRow = readonly [from: number, stored: Uint8Array];

/** The stored forms of a key and of its row. */
export type KeyedRow = readonly [key: Uint8Array, stored: Uint8Array];

/** The version of a row, its stored form and that of the new row; or `KEY`, its stored key and the new one. */
export type Answer = readonly [version: number, before: Uint8Array, after: Uint8Array];

/** The version in an answer with a key, which no row to migrate has. */
const KEY = 2 ** 32 - 1;

/** The arguments of a step. */
export interface DefineStepRequest {
  readonly isFirst: boolean;
  readonly canMigrate: boolean;
  readonly keys: ChangeOfKeys;
  readonly run: number | undefined;
  readonly answers: readonly Answer[];
}

/** The definition of a collection, step by step. A step is one transaction. */
export class Defining {
  /** `true` once a step has changed something. */
  changed = false;
  private readonly definition: CollectionDefinition;
  private readonly options: DefineOptions;
  private isFirst = true;
  private abandons: boolean;
  private run: number | undefined;
  private answers: readonly Answer[] = [];
  private handled = 0;

  constructor(definition: CollectionDefinition, options: DefineOptions = {}) {
    checkFields(options, ["migrate", "rekey", "abandonRekey", "progress"], "the options of a definition");
    const { migrate, rekey, abandonRekey = false, progress } = options;
    if (migrate !== undefined) checkFunction(migrate, "the migration of a row");
    if (rekey !== undefined) checkFunction(rekey, "the change of a key");
    if (progress !== undefined) checkFunction(progress, "the progress of a migration");
    if (typeof abandonRekey !== "boolean") throw invalid(`abandonRekey must be true or false, not ${shown(abandonRekey)}`);
    this.definition = definition;
    this.options = options;
    this.abandons = abandonRekey;
  }

  /** Returns the arguments of the next step. */
  next(): DefineStepRequest {
    const { isFirst, run, answers } = this;
    const { migrate, rekey } = this.options;
    const keys = this.abandons ? ChangeOfKeys.abandon : rekey === undefined ? ChangeOfKeys.refuse : ChangeOfKeys.move;
    return { isFirst, canMigrate: migrate !== undefined, keys, run, answers };
  }

  /** Takes the answer to a step. Returns `false` if there are no more steps. */
  take({ handled, run, rows, keyed }: DefineAnswer): boolean {
    if (this.abandons) {
      this.abandons = false;
      return true;
    }
    this.isFirst = false;
    if (rows !== undefined) {
      this.answers = rows.map((row) => this.migrate(row));
      return true;
    }
    if (keyed !== undefined) {
      this.answers = this.rekey(keyed.definition, keyed.rows);
      return true;
    }
    if (handled === undefined) return false;
    this.changed = true;
    // The rows after those have other keys.
    if (run !== undefined) this.answers = [];
    this.run = run;
    this.handled += handled;
    this.options.progress?.(this.handled);
    return true;
  }

  /** Returns the step that gives the table back after an error, if this call may be in the middle of a change of its keys. */
  undo(error: unknown): DefineStepRequest | undefined {
    // Another call changes the keys.
    const isOther = error instanceof KeyloftError && error.code === "DefinitionMismatch";
    return this.options.rekey === undefined || isOther ? undefined : { ...this.next(), keys: ChangeOfKeys.abandon, answers: [] };
  }

  private migrate([from, stored]: OldRow): Answer {
    const row = this.options.migrate?.(readRow(new Reader(stored)), from);
    if (row === undefined && this.options.migrate === undefined) {
      throw invalid(`the collection has rows of version ${from}: give \`defineCollection\` a function \`migrate\``);
    }
    if (!isPlain(row)) throw invalid(`\`migrate\` must return an object of columns, not ${shown(row)}`);
    return [from, stored, rowBytes(row)];
  }

  private rekey(stored: Uint8Array, rows: readonly KeyedRow[]): Answer[] {
    const before = keyCodec(readDefinition(new Reader(stored)).key);
    const { key: after } = checkDefinition(this.definition);
    return rows.map(([key, row]): Answer => {
      const reader = new Reader(key);
      const changed = this.options.rekey?.(before.read(reader, 0, key.length), readRow(new Reader(row)));
      const writer = new Writer();
      after.write(writer, changed);
      return [KEY, key, writer.written()];
    });
  }
}
