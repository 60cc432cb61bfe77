/**
 * Raindrop.io's CSV: a row a bookmark, its folder the board, its address the pin.
 *
 * Source: help.raindrop.io, "Export": id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite; tags parted by ", ".
 */
import { delimitedExport, type ExportFormat, tagsOf } from './export-format.js';

export const raindrop: ExportFormat = {
  saves: {
    names: /^(?:saves|raindrop.*|.*export.*)\.csv$/i,
    read: delimitedExport(
      [
        ['url', 'pin'],
        ['folder', 'board'],
      ],
      (cell) => [
        {
          board: cell('folder', 'board'),
          pin: cell('url', 'pin'),
          savedAt: cell('created'),
          pinTitle: cell('title'),
          tags: tagsOf(cell('tags'), /,/),
          description: cell('excerpt'),
          image: cell('cover'),
        },
      ],
    ),
  },
};
