/**
 * MovieLens: ratings from 4 up are saves (another threshold: `--least-rating`); titles and genres from the file of movies.
 *
 * Source: Harper and Konstan 2015; READMEs of ml-100k (u.data, tabs), ml-1m and ml-10m (ratings.dat, `::`), ml-20m and newer
 * (ratings.csv). Movies of the older ones are in Latin-1.
 */
import { RejectedRow, type TableBatch } from '../readers/table-batch.js';
import {
  belowRating,
  delimitedExport,
  type ExportFormat,
  type ExportOptions,
  type ExportRow,
  tagsOf,
} from './export-format.js';
import { readFields } from './lines-of-fields.js';

const leastRatingByDefault = 4;

export const movielens: ExportFormat = {
  saves: { names: /^(?:ratings\.(?:dat|csv)|u\.data|saves\..*)$/i, read: readRatings },
  pins: { names: /^(?:movies\.(?:dat|csv)|u\.item)$/i, read: readMovies },
};

function readRatings(file: string, options: ExportOptions): AsyncGenerator<TableBatch> {
  const least = options.leastRating ?? leastRatingByDefault;
  const save = (board = '', pin = '', rating = '', savedAt = ''): readonly ExportRow[] => [
    belowRating(rating, least) ?? { board, pin, savedAt },
  ];
  if (/\.csv$/i.test(file)) {
    const columns = [['userId'], ['movieId'], ['rating']];
    return delimitedExport(columns, (cell) => save(cell('userId'), cell('movieId'), cell('rating'), cell('timestamp')))(
      file,
      options,
    );
  }
  const separator = /\.dat$/i.test(file) ? '::' : '\t';
  const readAs = `ratings of MovieLens from ${least}`;
  const toRows = (fields: readonly string[]): readonly ExportRow[] =>
    fields.length === 4 ? save(...fields) : [new RejectedRow(`must have 4 fields (got ${fields.length})`)];
  return readFields(file, { separator, readAs, toRows }, options);
}

function readMovies(file: string, options: ExportOptions): AsyncGenerator<TableBatch> {
  const movie = (id = '', title = '', genres = ''): readonly ExportRow[] => [
    { id, title, genres: tagsOf(genres, /\|/) },
  ];
  if (/\.csv$/i.test(file)) {
    return delimitedExport([['movieId'], ['title']], (cell) => movie(cell('movieId'), cell('title'), cell('genres')))(
      file,
      options,
    );
  }
  const isItems = /u\.item$/i.test(file);
  const toRows = (fields: readonly string[]): readonly ExportRow[] =>
    isItems ? [{ id: fields[0], title: fields[1] }] : movie(...fields);
  const format = { separator: isItems ? '|' : '::', readAs: 'movies of MovieLens, in Latin-1', toRows };
  return readFields(file, format, { ...options, encoding: options.encoding ?? 'latin1' });
}
