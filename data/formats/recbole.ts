/**
 * RecBole's atomic files: `.inter` with saves, `.item` with what is said of pins; the header gives each column a type.
 *
 * Source: recbole.io/docs, "Atomic Files": `user_id:token`, `item_id:token`, `rating:float`, `timestamp:float`; tabs between.
 */
import { readDelimited } from '../readers/delimited.js';
import { belowRating, delimitedExport, type ExportFormat, mapped, tagsOf } from './export-format.js';

const token = (name: string): string[] => [`${name}:token`];

export const recbole: ExportFormat = {
  saves: {
    names: /\.inter$/i,
    read: delimitedExport([token('user_id'), token('item_id')], (cell, { leastRating }) => {
      const [board, pin] = [cell('user_id:token'), cell('item_id:token')];
      return [belowRating(cell('rating:float'), leastRating) ?? { board, pin, savedAt: cell('timestamp:float') }];
    }),
  },
  pins: {
    names: /\.item$/i,
    read: (file, options) => {
      const layout = {
        columnsOf: ([columns = []]: readonly (readonly string[])[]) => ({ columns, isHeader: true }),
        wants: () => true,
      };
      return mapped(readDelimited(file, 'tsv', { ...options, layout }), (columns) => {
        const fields = columns.map((column) => column.split(':'));
        return (row) => [Object.fromEntries(fields.map(([name = '', type], at) => cellOf(name, type, row[at])))];
      });
    },
  },
};

/** The id and the title under the names that they have here; sequences of words in a genre are tags. */
function cellOf(name: string, type: string | undefined, cell: unknown): [string, unknown] {
  const plain = name === 'item_id' ? 'id' : /(?:^|_)(?:title|name)$/.test(name) ? 'title' : name;
  const isTags = type === 'token_seq' && plain !== 'title';
  return [plain, isTags ? tagsOf(typeof cell === 'string' ? cell : '', / /) : cell];
}
