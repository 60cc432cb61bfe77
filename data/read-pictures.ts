/**
 * Reads the pictures of pins: SVG text from a file of pictures, or image files that the pins' column `image` names.
 */
import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Attributes } from './collection.js';
import { describeColumns, findColumns, namesWith, pictureColumns } from './column-roles.js';
import type { Interner } from './interner.js';
import { readId } from './readers/cells.js';
import type { ByteProgress } from './readers/lines.js';
import { readParts } from './readers/read-table.js';
import { RejectedRow, type TableLayout } from './readers/table-batch.js';
import type { ReadingOptions } from './reading-options.js';
import type { TableParts } from './table-parts.js';
import { countDuplicates, countMalformed, countUnknown, type FileReport } from './validation-report.js';

/** Pictures by pin row; filled in place. */
export type Pictures = (Uint8Array | undefined)[];

/**
 * Reads `pin, svg` rows into `pictures`; those of pins that are not in `pins` are counted as unknown and left out.
 *
 * @throws PinwalkError what `readTable` throws
 */
export async function readPictures(
  { parts }: TableParts,
  {
    pins,
    pictures,
    report,
    reading,
    onProgress,
  }: {
    pins: Interner;
    pictures: Pictures;
    report: FileReport;
    reading: ReadingOptions;
    onProgress?: ByteProgress | undefined;
  },
): Promise<void> {
  const names = namesWith<'pin' | 'svg'>(pictureColumns, reading.tables?.pictures);
  const layout: TableLayout = {
    columnsOf: ([firstRow = []]) => {
      const { pin, svg } = findColumns(firstRow, names);
      if (pin !== undefined && svg !== undefined) return { columns: firstRow, isHeader: true };
      return { columns: ['pin', 'svg'], isHeader: false };
    },
    wants: () => true,
  };
  const { integerIds, encoding } = reading;
  let isFirst = true;
  for await (const batch of readParts(parts, { layout, encoding, onProgress })) {
    const at = findColumns(batch.columns, names);
    if (isFirst) report.readAs.push(batch.readAs, describeColumns(at, batch));
    isFirst = false;
    const { isSuspect } = batch;
    batch.rows.forEach((row, i) => {
      report.rowCount++;
      const id = row instanceof RejectedRow ? row : readId(row[at.pin ?? 0], 'pin', { isSuspect, integerIds });
      const svg = row instanceof RejectedRow ? undefined : row[at.svg ?? 1];
      if (id instanceof RejectedRow || typeof svg !== 'string' || svg === '') {
        const reason = id instanceof RejectedRow ? id.reason : 'svg must not be empty';
        countMalformed(report, batch.positions[i] as number, reason);
        return;
      }
      const pin = pins.find(id);
      if (pin === undefined) countUnknown(report, 'pin', [id]);
      else if (pictures[pin]) countDuplicates(report, 1, [`picture of pin ${JSON.stringify(id)}`]);
      else {
        pictures[pin] = new TextEncoder().encode(svg);
        report.keptCount++;
      }
    });
  }
}

/**
 * Reads the image files that attributes name by a path relative to `folder`; addresses (`https:...`) are left alone.
 *
 * @returns how many of the named files are not there, or lie outside the folder, by their path or through a link
 */
export async function readImageFiles(
  folder: string,
  attributes: readonly (Attributes | undefined)[],
  pictures: Pictures,
): Promise<{ missingCount: number }> {
  let missingCount = 0;
  for (const [pin, attribute] of attributes.entries()) {
    const image = attribute?.['image'];
    if (typeof image !== 'string' || pictures[pin] || /^[a-z][a-z0-9+.-]*:/i.test(image) || image.startsWith('//'))
      continue;
    const bytes = await readInside(folder, image);
    if (bytes) pictures[pin] = bytes;
    else missingCount++;
  }
  return { missingCount };
}

/** A file that lies in a folder when all links are followed. */
async function readInside(folder: string, name: string): Promise<Uint8Array | undefined> {
  try {
    const inside = (await realpath(folder)) + path.sep;
    // Before links too, so that nothing is asked of the disk about files elsewhere.
    if (!path.resolve(inside, name).startsWith(inside)) return undefined;
    const file = await realpath(path.resolve(inside, name));
    return file.startsWith(inside) ? new Uint8Array(await readFile(file)) : undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['ENOENT', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'].includes(code)) return undefined;
    throw error;
  }
}
