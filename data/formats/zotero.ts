/**
 * Zotero's CSV: a row a work, each of its tags a board; works without tags are on no board (collections are not exported).
 *
 * Source: zotero.org/support, "Exporting": Key, Title, Url, Abstract Note, Date Added, Manual Tags and Automatic Tags parted by "; ".
 */
import { delimitedExport, type ExportFormat } from './export-format.js';

export const zotero: ExportFormat = {
  saves: {
    names: /\.csv$/i,
    read: delimitedExport([['Key'], ['Manual Tags', 'Automatic Tags']], (cell) => {
      const all = `${cell('Manual Tags')};${cell('Automatic Tags')}`.split(';').map((tag) => tag.trim());
      const tags = [...new Set(all.filter((tag) => tag !== ''))];
      if (tags.length === 0) return [{ leftOut: 'without a tag' }];
      const common = { savedAt: cell('Date Added'), pinTitle: cell('Title'), description: cell('Abstract Note') };
      return tags.map((board) => ({ board, pin: cell('Key'), ...common, tags: JSON.stringify(tags) }));
    }),
  },
};
