/** A small good file of every format that is read, and how it is read, for the campaign of damaged files. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { loadCollection } from '../../data/load.js';
import { loadVectors } from '../../data/vectors.js';
import { readGraphFile } from '../../graph/read-graph-file.js';
import { readConfigFile } from '../../serve/commands/session.js';
import { checkConfig } from '../../train/config.js';
import { npyBytes } from '../data/readers/npy-bytes.js';
import { zipOf } from '../data/readers/zip-bytes.js';
import { zstdCompress } from '../data/zstd-frame.js';

/** A format: the bytes of a good file, and its reader. */
export interface Original {
  readonly bytes: () => Uint8Array;
  readonly read: (file: string) => unknown;
}

const saves = Array.from({ length: 60 }, (_, i) => [`board ${i % 7}`, `p${(i * 11) % 20}`, 1_700_000_000 + i] as const);
const lines = (separator: string): string =>
  ['board,pin,savedAt'.replaceAll(',', separator), ...saves.map((row) => row.join(separator))].join('\n');
const pinIds = Array.from({ length: 20 }, (_, i) => `p${i}`);
const vectorValues = Float32Array.from({ length: 20 * 4 }, (_, i) => Math.sin(i));

const asSaves = (file: string): Promise<unknown> => loadCollection({ savesFile: file });
const text = (content: string): Original => ({ bytes: () => Buffer.from(content), read: asSaves });

const vectors = npyBytes('<f4', [20, 4], vectorValues);
const idColumn = npyBytes('<U3', [20], wideText(pinIds, 3));

function wideText(words: readonly string[], width: number): Uint32Array {
  const units = words.flatMap((word) => Array.from({ length: width }, (_, i) => word.codePointAt(i) ?? 0));
  return Uint32Array.from(units);
}

const withVectors = (file: string): Promise<unknown> => loadVectors(file, pinIds);

/** The ids stand beside the vectors, undamaged. */
async function withIds(file: string): Promise<unknown> {
  await writeFile(`${file.slice(0, -'.npy'.length)}.ids.txt`, pinIds.join('\n'));
  return withVectors(file);
}

const nodes = [...pinIds.slice(0, 6).map((id) => [id, 'pin']), ['b1', 'board'], ['b2', 'board']] as const;
const edges = pinIds.slice(0, 6).map((id, n) => [id, `b${1 + (n % 2)}`] as const);
const gexf =
  '<?xml version="1.0"?><gexf version="1.3"><graph defaultedgetype="undirected"><attributes class="node"><attribute id="kind" title="kind" type="string"/></attributes>' +
  `<nodes>${nodes.map(([id, kind]) => `<node id="${id}" label="${id}"><attvalues><attvalue for="kind" value="${kind}"/></attvalues></node>`).join('')}</nodes>` +
  `<edges>${edges.map(([pin, board], n) => `<edge id="${n}" source="${pin}" target="${board}" weight="2"/>`).join('')}</edges></graph></gexf>`;
const graphml =
  '<?xml version="1.0"?><graphml><key id="k" for="node" attr.name="kind" attr.type="string"/><graph edgedefault="undirected">' +
  nodes.map(([id, kind]) => `<node id="${id}"><data key="k">${kind}</data></node>`).join('') +
  `${edges.map(([pin, board]) => `<edge source="${pin}" target="${board}"/>`).join('')}</graph></graphml>`;
const graphJson = JSON.stringify({
  nodes: nodes.map(([key, kind]) => ({ key, attributes: { kind } })),
  edges: edges.map(([source, target]) => ({ source, target })),
});
const graph = (content: string): Original => ({
  bytes: () => Buffer.from(content),
  read: (file) => readGraphFile(file),
});

/** An export alone in a folder, under the name that its program gives it. */
function exported(format: string, name: string, content: string): Original {
  return {
    bytes: () => Buffer.from(content),
    read: async (file) => {
      const folder = `${file}.folder`;
      await mkdir(folder, { recursive: true });
      await rename(file, path.join(folder, name));
      return loadCollection({ folder }, { reading: { format } });
    },
  };
}

const url = (n: number): string => `https://x.test/${n}`;
const numbers = Array.from({ length: 12 }, (_, n) => n);
const rows = (head: string, row: (n: number) => string): string => `${head}${numbers.map(row).join('')}`;

/** By name; the end of a name is the format's. */
export const originals: Readonly<Record<string, Original>> = {
  'saves.csv': text(`${lines(',')}\n"b, 1","p ""1""",1700000000\n`),
  'saves.tsv': text(lines('\t')),
  'saves.jsonl': text(saves.map(([board, pin, savedAt]) => JSON.stringify({ board, pin, savedAt })).join('\n')),
  'saves.csv.gz': { bytes: () => gzipSync(lines(',')), read: asSaves },
  'saves.csv.zst': { bytes: () => zstdCompress(lines(',')), read: asSaves },
  'saves.parquet': {
    bytes: () =>
      new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            { name: 'board', data: saves.map(([board]) => board), type: 'STRING' },
            { name: 'pin', data: saves.map(([, pin]) => pin), type: 'STRING' },
            { name: 'savedAt', data: saves.map(([, , savedAt]) => savedAt), type: 'INT32' },
          ],
          rowGroupSize: 25,
        }),
      ),
    read: asSaves,
  },
  'vectors.npy': { bytes: () => vectors, read: withIds },
  'vectors.npz': { bytes: () => zipOf({ 'ids.npy': idColumn, 'vectors.npy': vectors }), read: withVectors },
  'graph.gexf': graph(gexf),
  'graph.graphml': graph(graphml),
  'graph.json': graph(graphJson),
  'config.json': {
    bytes: () => Buffer.from('{"seed":3,"backend":"wasm","epochs":12,"temperature":0.2,"titles":true,"layers":"auto"}'),
    read: (file) => checkConfig(readConfigFile(file)),
  },
  'export.raindrop.csv': exported(
    'raindrop',
    'export.csv',
    rows(
      'id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite\n',
      (n) =>
        `${n},Guitar ${n},,"An, excerpt",${url(n)},Music/Wood ${n % 3},"strings, old",2024-01-14T08:00:00.123Z,,,false\n`,
    ),
  ),
  'export.pocket.csv': exported(
    'pocket',
    'part_000000.csv',
    rows('title,url,time_added,tags,status\n', (n) => `One ${n},${url(n)},1319496783,a|b,archive\n`),
  ),
  'export.goodreads.csv': exported(
    'goodreads',
    'goodreads_library_export.csv',
    rows(
      'Book Id,Title,Author,ISBN,Date Added,Bookshelves,Exclusive Shelf\n',
      (n) => `"00${n}",Title ${n},Some Body,"=""0000000004""",2011/10/05,"sci-fi, to-read",to-read\n`,
    ),
  ),
  'export.letterboxd.csv': exported(
    'letterboxd',
    'list.csv',
    rows(
      'Letterboxd list export v7\nDate,Name,Tags,URL,Description\n2020-01-02,My list,,https://boxd.it/a,"A list"\n\nPosition,Name,Year,URL,Description\n',
      (n) => `${n},"Film, ${n}",1999,https://boxd.it/${n},\n`,
    ),
  ),
  'export.million-playlist.json': exported(
    'million-playlist',
    'mpd.slice.0-999.json',
    JSON.stringify({
      info: {},
      playlists: numbers.map((pid) => ({
        name: `Mix ${pid}`,
        pid,
        tracks: [{ pos: 0, track_uri: `spotify:track:${pid % 5}`, track_name: 'Song', artist_name: 'Band' }],
      })),
    }),
  ),
  'export.netscape.html': exported(
    'netscape',
    'bookmarks.html',
    rows(
      '<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p>\n<DT><H3 ADD_DATE="1">A &amp; B</H3>\n<DL><p>\n',
      (n) => `<DT><A HREF="${url(n)}?a=1&amp;b=2" ADD_DATE="1319496783" TAGS="red,old wood">T&#233;a</A>\n`,
    ),
  ),
  'export.lastfm-360k.tsv': exported(
    'lastfm-360k',
    'plays.tsv',
    rows('', (n) => `u${n % 4}\tm${n}\tBand ${n}\t12\n`),
  ),
  'export.movielens.dat': exported(
    'movielens',
    'ratings.dat',
    rows('', (n) => `${n % 4}::${n}::5::978300760\n`),
  ),
  'export.lightgcn.txt': exported(
    'lightgcn',
    'train.txt',
    rows('', (n) => `${n} ${n + 1} ${n + 2}\n`),
  ),
  'export.recbole.inter': exported(
    'recbole',
    'ml.inter',
    rows('user_id:token\titem_id:token\trating:float\ttimestamp:float\n', (n) => `${n % 4}\t${n}\t4.0\t1387670400\n`),
  ),
  'export.zotero.csv': exported(
    'zotero',
    'My Library.csv',
    rows('Key,Title,Date Added,Manual Tags,Automatic Tags\n', (n) => `K${n},Work ${n},2020-01-02 03:04:05,a; b,b; c\n`),
  ),
  'export.amazon-2018.json': exported(
    'amazon-2018',
    'x.json',
    rows('', (n) => `{"reviewerID":"u${n % 3}","asin":"000${n}","overall":5.0,"unixReviewTime":1319496783}\n`),
  ),
  'export.amazon-2023.jsonl': exported(
    'amazon-2023',
    'x.jsonl',
    rows(
      '',
      (n) => `{"user_id":"u${n % 3}","asin":"A","parent_asin":"P${n}","rating":2.0,"timestamp":1319496783000}\n`,
    ),
  ),
};
