/**
 * Last.fm's 360,000 users: a line a user and artist with the number of plays, which become weights.
 *
 * Source: Celma 2010, README of lastfm-dataset-360K: user-sha1, artist-mbid, artist-name, plays, tabs between, no header. Differs:
 * artists without a mbid go by their name, so as not to be one pin.
 */
import { RejectedRow } from '../readers/table-batch.js';
import type { ExportFormat } from './export-format.js';
import { readFields } from './lines-of-fields.js';

export const lastfm360k: ExportFormat = {
  saves: {
    names: /plays.*\.tsv(?:\.gz)?$|^saves\./i,
    read: (file, options) => readFields(file, { separator: '\t', readAs: 'plays of Last.fm', toRows }, options),
  },
};

function toRows(fields: readonly string[]): (Record<string, unknown> | RejectedRow)[] {
  if (fields.length !== 4) return [new RejectedRow(`must have 4 fields (got ${fields.length})`)];
  const [board, mbid, name, plays] = fields;
  return [{ board, pin: mbid === '' ? name : mbid, pinTitle: name, weight: plays }];
}
