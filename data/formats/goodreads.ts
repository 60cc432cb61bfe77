/**
 * Goodreads' library export: a row a book, its shelves the boards.
 *
 * Source: goodreads.com/review/import, "Export Library": Book Id, Title, Author, ISBN as `="0000000004"`, Date Added as
 * `2011/10/05`, Bookshelves parted by ", ", Exclusive Shelf.
 */
import { delimitedExport, type ExportFormat } from './export-format.js';

export const goodreads: ExportFormat = {
  saves: {
    names: /^(?:saves|goodreads.*)\.csv$/i,
    read: delimitedExport(
      [
        ['Book Id', 'pin'],
        ['Exclusive Shelf', 'board'],
      ],
      (cell) => {
        const pin = plain(cell('Book Id', 'pin'));
        const shelf = cell('Exclusive Shelf', 'board');
        const own = cell('board') === '' ? cell('Bookshelves').split(',') : [];
        const boards = [...new Set([shelf, ...own].map((board) => board.trim()).filter((board) => board !== ''))];
        const savedAt = cell('Date Added', 'saved at');
        const description = [cell('Author'), cell('Publisher')].filter((text) => text !== '').join(', ');
        return boards.map((board) => ({ board, pin, savedAt, pinTitle: cell('Title'), description }));
      },
    ),
  },
};

/** `="0000000004"`, which keeps a spreadsheet from dropping zeros, as what it means. */
function plain(cell: string): string {
  return cell.replace(/^="(.*)"$/, '$1');
}
