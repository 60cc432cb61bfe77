/**
 * The graph of a batch as a file that executors fetch: a generation without vectors. What opens it gets arrays on shared memory.
 */
import type { ItemTable } from '../../data/collection.js';
import { openGeneration } from '../../data/generation/read.js';
import { writeGeneration } from '../../data/generation/write.js';
import { type BipartiteGraph, buildGraph } from '../../graph/bipartite-graph.js';
import { floatsOf, integersOf, type Rows, textsOf } from './table.js';

/** The tables that make a graph, rows in any order. */
export interface GraphTables {
  readonly pins: Rows;
  readonly boards: Rows;
  readonly edges: Rows;
}

/**
 * Writes the graph, whole or not at all.
 *
 * @returns P pins, B boards and the saves between them
 * @throws PinwalkError `ROW_OUT_OF_RANGE`, `STORAGE_FAILED`
 *
 * Time and memory O(saves + P + B): the graph must fit on one machine, as every walk needs all of it.
 */
export function writeGraphFile(file: string, { pins, boards, edges }: GraphTables): BipartiteGraph {
  const graph = buildGraph(
    {
      boards: Uint32Array.from(integersOf(edges, 'board')),
      pins: Uint32Array.from(integersOf(edges, 'pin')),
      ...weightsOf(floatsOf(edges, 'weight')),
    },
    { pinCount: pins.rowCount, boardCount: boards.rowCount },
  );
  const contents = { pins: itemsOf(pins, 'pin'), boards: itemsOf(boards, 'board'), graph };
  writeGeneration(file, { ...contents, meta: { name: 'batch' }, matrices: new Map() });
  return graph;
}

/** Weights of 1 are not kept, as everywhere. */
function weightsOf(weights: Float32Array): { weights?: Float32Array } {
  return weights.some((weight) => weight !== 1) ? { weights } : {};
}

function itemsOf(rows: Rows, key: 'pin' | 'board'): ItemTable {
  const ids = new Array<string>(rows.rowCount);
  const texts = textsOf(rows, 'id');
  integersOf(rows, key).forEach((row, n) => (ids[row] = texts[n] as string));
  return { ids, titles: ids.map(() => ''), attributes: ids.map(() => undefined) };
}

/** The graph of a file that `writeGraphFile` wrote. */
export function openGraphFile(file: string): BipartiteGraph {
  const generation = openGeneration(file, { verify: 'none' });
  try {
    return generation.graph;
  } finally {
    generation.close();
  }
}
