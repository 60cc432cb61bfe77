/**
 * Lists as LightGCN's repository has them: a line a user and all their items, blanks between; train.txt and test.txt are a split.
 *
 * Source: He et al. 2020, github.com/gusye1234/LightGCN-PyTorch, data/gowalla.
 */
import type { ExportFormat } from './export-format.js';
import { readFields } from './lines-of-fields.js';

const toRows = ([board, ...pins]: readonly string[]): { board: string | undefined; pin: string }[] =>
  pins.filter((pin) => pin !== '').map((pin) => ({ board, pin }));

export const lightgcn: ExportFormat = {
  saves: {
    names: /^(?:train|saves)\.txt(?:\.gz)?$/i,
    read: (file, options) =>
      readFields(file, { separator: ' ', readAs: 'a user and all items a line', toRows }, options),
  },
  test: /^test\.txt(?:\.gz)?$/i,
};
