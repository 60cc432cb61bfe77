/**
 * Slices of Spotify's Million Playlist Dataset: a JSON file of a thousand playlists, each with its tracks.
 *
 * Source: Chen et al. 2018, README of the data set: `playlists[].pid, name, tracks[].track_uri, track_name, artist_name`.
 */
import { PinwalkError, shown } from '../errors.js';
import { parseExactJson } from '../readers/exact-json.js';
import { readLines } from '../readers/lines.js';
import { RejectedRow, type TableBatch, type TableRow } from '../readers/table-batch.js';
import type { ExportFormat, ExportOptions } from './export-format.js';

export const millionPlaylist: ExportFormat = { saves: { names: /\.jsonl?(?:\.gz)?$/i, read: readSlice } };

async function* readSlice(file: string, options: ExportOptions): AsyncGenerator<TableBatch> {
  let text = '';
  for await (const { lines } of readLines(file, options)) text += lines.join('\n');
  const columns = ['board', 'boardTitle', 'pin', 'pinTitle', 'description'];
  const rows = playlistsOf(file, text).flatMap(rowsOf);
  const positions = rows.map((_, row) => row + 1);
  yield { columns, rows, positions, isSuspect: true, isHeaderless: false, readAs: 'playlists with their tracks' };
}

function rowsOf(playlist: unknown): TableRow[] {
  if (!isRecord(playlist)) return [new RejectedRow('a playlist must be an object')];
  const { pid, name, tracks } = playlist;
  if (!Array.isArray(tracks)) return [new RejectedRow(`playlist ${shown(pid)} must have a list of tracks`)];
  return tracks.map((track: unknown) => {
    if (!isRecord(track)) return new RejectedRow(`playlist ${shown(pid)}: a track must be an object`);
    return [pid, name, track['track_uri'], track['track_name'], track['artist_name']];
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function playlistsOf(file: string, text: string): readonly unknown[] {
  let value: unknown;
  try {
    value = parseExactJson(text);
  } catch (cause) {
    throw new PinwalkError('INPUT_INVALID', `${file}: must be JSON (got: ${String(cause)}); copy it again`, { cause });
  }
  if (isRecord(value) && Array.isArray(value['playlists'])) return value['playlists'] as unknown[];
  throw new PinwalkError(
    'INPUT_INVALID',
    `${file}: --format million-playlist needs a list playlists (got none); name the right format`,
  );
}
