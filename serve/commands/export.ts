/** Writes the graph, the vectors, ranked lists or the split of a generation to files. */
import path from 'node:path';
import type { Pin } from '../../data/collection.js';
import { PinwalkError, shown } from '../../data/errors.js';
import { openGeneration, throwDamage, type Generation } from '../../data/generation/read.js';
import { visibleText } from '../../data/visible-text.js';
import { streamWhole } from '../../data/whole-file.js';
import { exportFormats, exportGraph } from '../../graph/export/export-graph.js';
import { communityGraph, nearbyGraph, wholeGraph, type GraphView, type Subgraph } from '../../graph/export/subgraph.js';
import { exportSplit } from './export-split.js';
import { exportVectors, vectorFormats, type ExportedPart } from './export-vectors.js';
import { modularityOf } from '../../graph/modularity.js';
import { listLines, recommendationLines } from './lists.js';
import type { ExportOptions, Output } from './options.js';

/**
 * Exports to `options.out`; files appear whole or not at all.
 *
 * @throws PinwalkError `OPTION_OUT_OF_RANGE`, `NOT_FOUND`, `INPUT_MISSING`, `GENERATION_INVALID`, `STORAGE_FAILED`
 */
export async function exportGeneration(options: ExportOptions, output: Output): Promise<void> {
  const generation = openGeneration(options.generation);
  try {
    const { format, out, json } = options;
    await throwDamage(generation);
    const written = await exportAs(generation, options, output);
    if (json) output.out(`${JSON.stringify({ format, ...written })}\n`);
    else output.out(`Wrote ${written.files.join(' and ')}: ${described(written.counts)}.\n`);
    if ((written.counts['strippedCharacters'] ?? 0) > 0) {
      output.err(
        `${out}: ${written.counts['strippedCharacters']} characters that the format cannot hold were left out of titles and ids.\n`,
      );
    }
  } finally {
    generation.close();
  }
}

/** Everything that `export` writes. */
export const formats = Object.freeze([
  ...exportFormats,
  'lists',
  'recommendations',
  ...vectorFormats,
  'split',
] as const);

function exportAs(generation: Generation, options: ExportOptions, output: Output): Promise<ExportedPart> {
  const { format, out } = options;
  const vectorFormat = vectorFormats.find((name) => name === format);
  if (vectorFormat) return exportVectors(generation, vectorFormat, out);
  if (format === 'split') return exportSplit(generation, { out, say: (line) => output.err(`${line}\n`) });
  if (format === 'lists' || format === 'recommendations') return exportLists(generation, options, output);
  if (exportFormats.some((name) => name === format)) return exportPart(generation, options);
  const must = `format must be one of ${formats.join(', ')} (got ${shown(format)})`;
  throw new PinwalkError('OPTION_OUT_OF_RANGE', `export: ${must}`);
}

async function exportPart(generation: Generation, options: ExportOptions): Promise<ExportedPart> {
  const { format, out } = options;
  const { files, counts } = exportGraph(format, subgraphOf(generation, options));
  const { dir, name, ext } = path.parse(out);
  const named = files.map(({ suffix, pieces }) => ({ file: path.join(dir, `${name}${suffix}${ext}`), pieces }));
  await streamWhole(named);
  return { files: named.map(({ file }) => file), counts: { ...counts } };
}

function subgraphOf(generation: Generation, { community, pin, hops }: ExportOptions): Subgraph {
  const { communities } = generation;
  const view: GraphView = {
    graph: generation.graph,
    pins: generation.pins.table,
    boards: generation.boards.table,
    pinCommunity: communities?.pinCommunity ?? new Uint32Array(generation.pins.count),
    boardCommunity: communities?.boardCommunity ?? new Uint32Array(generation.boards.count),
    communityTitles: communities?.titles ?? [],
    modularity: communities && modularityOf(generation.graph, communities),
  };
  if (community !== undefined && pin !== undefined) {
    throw new PinwalkError(
      'OPTION_OUT_OF_RANGE',
      'export: --community and --pin must not be given together; choose one',
    );
  }
  if (community !== undefined) return communityGraph(view, community);
  if (pin === undefined) return wholeGraph(view);
  const row = generation.pins.row(pin);
  if (row === undefined) {
    throw new PinwalkError(
      'NOT_FOUND',
      `export: --pin must be an id in ${generation.file} (got ${visibleText(shown(pin))})`,
    );
  }
  return nearbyGraph(view, row as Pin, hops);
}

async function exportLists(generation: Generation, options: ExportOptions, output: Output): Promise<ExportedPart> {
  const { format, task, k, strategy, out } = options;
  if (generation.meta['serveSplit'] !== 'train') {
    output.err(
      `${generation.file} knows the saves withheld for the test, so its lists leave them out; ` +
        `for an outside check export from a run trained with --serve-split train.\n`,
    );
  }
  const counts = { lists: 0, entries: 0, nothingKnown: 0 };
  const linesOf = format === 'lists' ? listLines : recommendationLines;
  await streamWhole([{ file: out, pieces: linesOf(generation, { task, k, strategy, counts }) }]);
  if (counts.nothingKnown > 0) {
    const what = task === 'relatedPins' ? 'pins' : 'boards';
    output.err(`${counts.nothingKnown} of ${counts.lists} ${what} have nothing known; they get the most saved pins.\n`);
  }
  return { files: [out], counts };
}

/** Counts that are news only where there are any. */
const silentAtZero = ['strippedCharacters', 'nothingKnown', 'pinsWithoutVector', 'boardsWithoutVector'];

function described(counts: Readonly<Record<string, number>>): string {
  const shown = Object.entries(counts).filter(([name, count]) => count > 0 || !silentAtZero.includes(name));
  return shown
    .map(([name, count]) => `${count} ${name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`)
    .join(', ');
}
