/**
 * Amazon's reviews: a reviewer's products, from JSON lines of reviews or from the files of ratings alone.
 *
 * Source: Ni et al. 2019 (amazon-2018: reviewerID, asin, overall, unixReviewTime; ratings as item,user,rating,timestamp without a
 * header) and Hou et al. 2024 (amazon-2023: user_id, parent_asin, rating, timestamp in milliseconds, the same in JSON and CSV).
 */
import { readJsonLines } from '../readers/json-lines.js';
import { RejectedRow, type TableBatch } from '../readers/table-batch.js';
import {
  belowRating,
  delimitedExport,
  type ExportFormat,
  type ExportOptions,
  type ExportRow,
  mapped,
} from './export-format.js';
import { readFields } from './lines-of-fields.js';

/** Columns of one year's reviews. */
interface ReviewColumns {
  readonly board: string;
  readonly pin: string;
  readonly rating: string;
  readonly time: string;
}

const of2018: ReviewColumns = { board: 'reviewerID', pin: 'asin', rating: 'overall', time: 'unixReviewTime' };
const of2023: ReviewColumns = { board: 'user_id', pin: 'parent_asin', rating: 'rating', time: 'timestamp' };

export const amazon2018: ExportFormat = {
  saves: {
    names: /\.(?:json|jsonl|csv)(?:\.gz)?$/i,
    read: (file, options) => (isCsv(file) ? ratingsOf2018(file, options) : reviews(file, of2018, options)),
  },
};

export const amazon2023: ExportFormat = {
  saves: {
    names: /\.(?:json|jsonl|csv)(?:\.gz)?$/i,
    read: (file, options) => (isCsv(file) ? ratingsOf2023(file, options) : reviews(file, of2023, options)),
  },
};

function isCsv(file: string): boolean {
  return /\.csv(?:\.gz)?$/i.test(file);
}

function reviews(file: string, names: ReviewColumns, options: ExportOptions): AsyncGenerator<TableBatch> {
  return mapped(readJsonLines(file, options), (columns) => {
    const [board, pin, rating, time] = [names.board, names.pin, names.rating, names.time].map((name) =>
      columns.indexOf(name),
    );
    return (row) => [
      belowRating(row[rating ?? -1], options.leastRating) ?? {
        board: row[board ?? -1],
        pin: row[pin ?? -1],
        savedAt: row[time ?? -1],
      },
    ];
  });
}

function ratingsOf2018(file: string, options: ExportOptions): AsyncGenerator<TableBatch> {
  const toRows = (fields: readonly string[]): readonly ExportRow[] => {
    const [pin, board, rating, savedAt] = fields;
    if (fields.length !== 4) return [new RejectedRow(`must have 4 fields (got ${fields.length})`)];
    return [belowRating(rating, options.leastRating) ?? { board, pin, savedAt }];
  };
  return readFields(file, { separator: ',', readAs: 'item, user, rating, time without a header', toRows }, options);
}

function ratingsOf2023(file: string, options: ExportOptions): AsyncGenerator<TableBatch> {
  return delimitedExport([['user_id'], ['parent_asin']], (cell, { leastRating }) => [
    belowRating(cell('rating'), leastRating) ?? {
      board: cell('user_id'),
      pin: cell('parent_asin'),
      savedAt: cell('timestamp'),
    },
  ])(file, options);
}
