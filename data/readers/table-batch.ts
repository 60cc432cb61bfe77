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
  /** Whether bytes that are not UTF-8, or halves of surrogate pairs, may stand in some cell. */
  readonly isSuspect: boolean;
  /** Whether the columns were named by position because the file has no header. */
  readonly isHeaderless: boolean;
  /** What the file was taken for: `commas between columns, a header`. */
  readonly readAs: string;
  /** Rows that were left out on purpose since the batch before, and why: `3 rated below 4`. */
  readonly leftOut?: { readonly count: number; readonly reason: string };
  /** The file of a table of several parts. */
  readonly part?: string;
}

/** Names of the columns, and whether the first row was their header. */
export interface NamedColumns {
  readonly columns: readonly string[];
  readonly isHeader: boolean;
}

/** What a reader must know of the table that it reads. */
export interface TableLayout {
  /**
   * Names the columns of a file from its first rows: the first alone may be a header, those after it are evidence.
   *
   * @returns `isHeader` false when the first row is data already
   * @throws PinwalkError `INPUT_INVALID` when it can be neither
   */
  readonly columnsOf: (firstRows: readonly (readonly string[])[], file: string) => NamedColumns;
  /** Whether a column is worth decoding (Parquet reads only these, and adds none that it was not asked for). */
  readonly wants: (column: string) => boolean;
}
