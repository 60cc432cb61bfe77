/**
 * What every reader of rows hands over, whatever the format: batches of cells under named columns.
 */

/** A row that its format rejects, with the reason in words: `must have 3 columns (got 2)`. */
export class RejectedRow {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Cells in the order of the columns (fewer than columns where the last are missing), or why there are none. */
export type TableRow = readonly unknown[] | RejectedRow;

/** Some consecutive rows of a table. */
export interface TableBatch {
  /** Names as they stand in the file; may grow from batch to batch, never changes otherwise. */
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
  /** Line (text) or row (Parquet) of each row, counted from 1. */
  readonly positions: readonly number[];
  /** Whether bytes that are not UTF-8 may have been replaced in some cell. */
  readonly isSuspect: boolean;
  /** Whether the columns were named by position because the file has no header. */
  readonly isHeaderless: boolean;
}

/** What a reader must know of the table that it reads. */
export interface TableLayout {
  /**
   * Names the columns of a delimited file from its first row.
   *
   * @returns `isHeader` false when that row is data already
   * @throws PinwalkError `INPUT_INVALID` when it can be neither
   */
  readonly columnsOf: (firstRow: readonly string[], file: string) => { columns: readonly string[]; isHeader: boolean };
  /** Whether a column is worth decoding (Parquet reads only these). */
  readonly wants: (column: string) => boolean;
}
