// A table whose operations show in the status line.

import type { AnyRows } from "./forms";
import type { Change, Entry, Range } from "./rows";
import type { Status } from "./status";

export class TimedRows implements AnyRows {
  private readonly rows: AnyRows;
  private readonly status: Status;

  constructor(rows: AnyRows, status: Status) {
    this.rows = rows;
    this.status = status;
  }

  get filter(): string {
    return this.rows.filter;
  }

  count(range: Range): Promise<number> {
    const bounded = Object.keys(range).length > 1;
    return this.status.time(bounded ? "count before" : "count", () => this.rows.count(range));
  }

  page(range: Range, limit: number, cursor: string | undefined): Promise<{ entries: Entry[]; next: string | undefined }> {
    return this.status.time(`page of ${limit}`, () => this.rows.page(range, limit, cursor));
  }

  watch(range: Range, tell: (change: Change) => void, fail: (error: unknown) => void): () => void {
    return this.rows.watch(range, tell, fail);
  }

  set(entry: Entry, column: string, text: string): Promise<void> {
    return this.status.time("update", () => this.rows.set(entry, column, text));
  }

  delete(entry: Entry): Promise<boolean> {
    return this.status.time("delete", () => this.rows.delete(entry));
  }

  restore(entry: Entry): Promise<void> {
    return this.status.time("put", () => this.rows.restore(entry));
  }
}
