/**
 * One door to every export format: a subgraph in, named files in pieces out.
 */
import { PinwalkError } from '../../data/errors.js';
import { writeEdgesCsv, writeNodesCsv } from './csv.js';
import { writeGexf } from './gexf.js';
import { writeGraphml } from './graphml.js';
import { writeJson } from './json.js';
import type { ExportCounts, Subgraph } from './subgraph.js';

/** Accepted spellings of the formats. */
export const exportFormats = Object.freeze(['gexf', 'graphml', 'json', 'csv'] as const);

export type ExportFormat = (typeof exportFormats)[number];

/** One file of an export. */
export interface ExportedFile {
  /** What goes before the extension: '' or, for the second table of CSV, `.nodes`. */
  readonly suffix: string;
  /** The text in pieces of about 64 KiB, made as they are taken: memory does not grow with the graph. */
  readonly pieces: Iterable<string>;
}

/**
 * Exports a subgraph.
 *
 * @param format  one of `exportFormats`
 * @returns the files, to be taken once and in order, and the counts that grow meanwhile; CSV gives two files, saves and nodes
 * @throws PinwalkError `OPTION_OUT_OF_RANGE`
 */
export function exportGraph(
  format: string,
  subgraph: Subgraph,
): { files: readonly ExportedFile[]; counts: ExportCounts } {
  const counts: ExportCounts = { nodes: 0, edges: 0, strippedCharacters: 0 };
  const file = (pieces: Iterable<string>, suffix = ''): ExportedFile => ({ suffix, pieces: inChunks(pieces) });
  switch (format as ExportFormat) {
    case 'gexf':
      return { files: [file(writeGexf(subgraph, counts))], counts };
    case 'graphml':
      return { files: [file(writeGraphml(subgraph, counts))], counts };
    case 'json':
      return { files: [file(writeJson(subgraph, counts))], counts };
    case 'csv':
      return {
        files: [file(writeEdgesCsv(subgraph, counts)), file(writeNodesCsv(subgraph, counts), '.nodes')],
        counts,
      };
  }
  throw new PinwalkError(
    'OPTION_OUT_OF_RANGE',
    `exportGraph: format must be one of ${exportFormats.join(', ')} (got ${format})`,
  );
}

/** Joins small pieces, since a stream pays for each. */
function* inChunks(pieces: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < 65_536) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
