/**
 * Pocket's CSV, in parts: a row an article, each of its tags a board; articles without tags are on no board.
 *
 * Source: support.mozilla.org, "Exporting your Pocket list" (2025): title,url,time_added,tags,status; tags parted by "|".
 */
import { delimitedExport, type ExportFormat, tagsOf } from './export-format.js';

export const pocket: ExportFormat = {
  saves: {
    names: /^(?:saves|part_\d+|pocket.*)\.csv$/i,
    read: delimitedExport([['url'], ['tags']], (cell) => {
      const boards = cell('tags')
        .split('|')
        .filter((tag) => tag.trim() !== '');
      if (boards.length === 0) return [{ leftOut: 'without a tag' }];
      const title = cell('title').replace(/\s+/g, ' ').trim();
      const tags = tagsOf(cell('tags'), /\|/);
      return boards.map((board) => ({ board, pin: cell('url'), savedAt: cell('time_added'), pinTitle: title, tags }));
    }),
  },
};
