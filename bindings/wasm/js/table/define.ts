import { Reader } from "../codec/reader.js";
import { readRow, rowBytes } from "../codec/row.js";
import type { Row } from "../codec/value.js";
import { checkFields, checkFunction, invalid, shown } from "../error/check.js";
import { isPlain } from "../codec/value.js";

/** The options of the definition of a collection. */
export interface DefineOptions {
  /**
   * Returns the row in the form of the definition's version. `from` is the version of the row. It may be called again for a
   * row, with the same arguments.
   */
  migrate?: ((row: Row, from: number) => Row) | undefined;
  /** Takes the number of rows that this call has handled so far, after each transaction. */
  progress?: ((rows: number) => void) | undefined;
}

/** The answer to a step: the number of handled rows, or the rows to migrate before the step is repeated. */
export interface DefineAnswer {
  readonly handled?: number;
  readonly rows?: readonly OldRow[];
}

/** The version and the stored form of an old row. */
export type OldRow = readonly [from: number, stored: Uint8Array];

/** An old row, and the stored form of the new one. */
export type MigratedRow = readonly [from: number, stored: Uint8Array, migrated: Uint8Array];

/** The definition of a collection, step by step. A step is one transaction. */
export class Defining {
  /** `true` once a step has changed something. */
  changed = false;
  private readonly options: DefineOptions;
  private isFirst = true;
  private migrated: readonly MigratedRow[] = [];
  private handled = 0;

  constructor(options: DefineOptions = {}) {
    checkFields(options, ["migrate", "progress"], "the options of a definition");
    const { migrate, progress } = options;
    if (migrate !== undefined) checkFunction(migrate, "the migration of a row");
    if (progress !== undefined) checkFunction(progress, "the progress of a migration");
    this.options = options;
  }

  /** Returns the arguments of the next step. */
  next(): readonly [isFirst: boolean, canMigrate: boolean, migrated: readonly MigratedRow[]] {
    return [this.isFirst, this.options.migrate !== undefined, this.migrated];
  }

  /** Takes the answer to a step. Returns `false` if there are no more steps. */
  take({ handled, rows }: DefineAnswer): boolean {
    this.isFirst = false;
    if (rows !== undefined) {
      this.migrated = rows.map((row) => this.migrate(row));
      return true;
    }
    if (handled === undefined) return false;
    this.changed = true;
    this.handled += handled;
    this.options.progress?.(this.handled);
    return true;
  }

  private migrate([from, stored]: OldRow): MigratedRow {
    const row = this.options.migrate?.(readRow(new Reader(stored)), from);
    if (row === undefined && this.options.migrate === undefined) {
      throw invalid(`the collection has rows of version ${from}: give \`defineCollection\` a function \`migrate\``);
    }
    if (!isPlain(row)) throw invalid(`\`migrate\` must return an object of columns, not ${shown(row)}`);
    return [from, stored, rowBytes(row)];
  }
}
