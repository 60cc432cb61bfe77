/**
 * Every export format by the name that `--format` takes.
 */
import { PinwalkError } from '../errors.js';
import { nearest } from '../nearest.js';
import type { ReadingOptions } from '../reading-options.js';
import { amazon2018, amazon2023 } from './amazon-reviews.js';
import type { ExportFile, ExportFormat } from './export-format.js';
import { goodreads } from './goodreads.js';
import { lastfm360k } from './lastfm-360k.js';
import { letterboxd } from './letterboxd.js';
import { lightgcn } from './lightgcn.js';
import { millionPlaylist } from './million-playlist.js';
import { movielens } from './movielens.js';
import { netscape } from './netscape.js';
import { pocket } from './pocket.js';
import { raindrop } from './raindrop.js';
import { recbole } from './recbole.js';
import { zotero } from './zotero.js';

const formats: Readonly<Record<string, ExportFormat>> = {
  'million-playlist': millionPlaylist,
  netscape,
  raindrop,
  pocket,
  letterboxd,
  goodreads,
  'lastfm-360k': lastfm360k,
  movielens,
  lightgcn,
  recbole,
  zotero,
  'amazon-2018': amazon2018,
  'amazon-2023': amazon2023,
};

/** Names that `--format` takes. */
export const formatNames: readonly string[] = Object.keys(formats);

/** @throws PinwalkError `OPTION_OUT_OF_RANGE` for a name that is not known */
export function formatNamed(name: string): ExportFormat {
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (format) return format;
  const suggestion = nearest(name, formatNames);
  const advice = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
  throw new PinwalkError(
    'OPTION_OUT_OF_RANGE',
    `format: must be one of ${formatNames.join(', ')} (got ${name})${advice}`,
  );
}

/** How a table of an export is read, or undefined where there is no format or it has no such file. */
export function exportReader(
  { format, leastRating }: ReadingOptions,
  table: 'saves' | 'pins',
): ExportFile['read'] | undefined {
  const read = format === undefined ? undefined : formatNamed(format)[table]?.read;
  return read && ((file, options) => read(file, { ...options, leastRating }));
}
