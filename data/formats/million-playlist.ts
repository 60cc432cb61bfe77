/**
 * Slices of Spotify's Million Playlist Dataset: a JSON file of a thousand playlists, each with its tracks.
 *
 * Source: Chen et al. 2018, README of the data set: `playlists[].pid, name, tracks[].track_uri, track_name, artist_name`.
 */
import { PinwalkError } from '../errors.js';
import { readLines } from '../readers/lines.js';
import type { TableBatch } from '../readers/table-batch.js';
import type { ExportFormat, ExportOptions } from './export-format.js';

export const millionPlaylist: ExportFormat = { saves: { names: /\.jsonl?(?:\.gz)?$/i, read: readSlice } };

/** A slice as it is read; whatever it lacks is missing in its rows. */
interface Slice {
  readonly playlists?: readonly {
    readonly pid?: unknown;
    readonly name?: unknown;
    readonly tracks?: readonly Readonly<Record<string, unknown>>[];
  }[];
}

async function* readSlice(file: string, options: ExportOptions): AsyncGenerator<TableBatch> {
  let text = '';
  for await (const { lines } of readLines(file, options)) text += lines.join('\n');
  const slice = parseSlice(file, text);
  const columns = ['board', 'boardTitle', 'pin', 'pinTitle', 'description'];
  const rows = (slice.playlists ?? []).flatMap(({ pid, name, tracks = [] }) =>
    tracks.map(({ track_uri, track_name, artist_name }) => [pid, name, track_uri, track_name, artist_name]),
  );
  const positions = rows.map((_, row) => row + 1);
  yield { columns, rows, positions, isSuspect: true, isHeaderless: false, readAs: 'playlists with their tracks' };
}

function parseSlice(file: string, text: string): Slice {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new PinwalkError('INPUT_INVALID', `${file}: must be JSON (got: ${String(cause)}); copy it again`, { cause });
  }
  if (typeof value === 'object' && value !== null && Array.isArray((value as Slice).playlists)) return value;
  throw new PinwalkError(
    'INPUT_INVALID',
    `${file}: --format million-playlist needs a list playlists (got none); name the right format`,
  );
}
