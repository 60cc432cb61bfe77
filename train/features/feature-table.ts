/**
 * The features of every pin side by side: spectral, content blocks, and how many boards hold it.
 */
import type { Collection, PinVectors } from '../../data/collection.js';
import { PinwalkError } from '../../data/errors.js';
import { sharedFloats } from '../../data/shared-arrays.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { degrees } from '../../graph/compressed-rows.js';
import { contentBlocks, type ContentOptions } from '../content/content-blocks.js';

/** Where a block stands in a row. */
export interface FeatureBlock {
  readonly name: string;
  /** First column. */
  readonly offset: number;
  readonly dimension: number;
  /** Pins that have it; the others' columns are zero, and so is their presence flag. */
  readonly presentCount: number;
}

/** Mean and standard deviation of log(1 + boards of a pin), over pins on at least one board. */
export interface DegreeScale {
  readonly mean: number;
  readonly deviation: number;
}

/** One row a pin, on shared memory. */
export interface FeatureTable {
  readonly pinCount: number;
  /** F: columns of all blocks, then one presence flag a block, in their order. */
  readonly dimension: number;
  /** [P, F] */
  readonly values: Float32Array;
  readonly blocks: readonly FeatureBlock[];
  /** Needed to build the table of the same pins under another graph. */
  readonly degreeScale: DegreeScale;
}

export interface FeatureTableOptions extends ContentOptions {
  /** Spectral rows [P, dimension]; a row of zeros is absent. */
  readonly spectral?: { readonly dimension: number; readonly values: Float32Array } | undefined;
  /** Content already collected by `contentBlocks`; collected here otherwise. */
  readonly content?: ReadonlyMap<string, PinVectors> | undefined;
  /** `auto`, the default: `spectral` if given, every content block, `degree`. Or the names wanted, in order. */
  readonly blocks?: 'auto' | readonly string[];
  /** That of the table the model was trained on; measured on `graph` otherwise. */
  readonly degreeScale?: DegreeScale | undefined;
}

/**
 * Builds the table.
 *
 * With n blocks, a block's present rows have length sqrt(1/n) and its flag is sqrt(1/n); `degree` is one column, log(1 +
 * boards) standardized and cut to [-3, 3], times sqrt(1/n). So every block weighs alike, and a pin of which nothing is
 * known has a row of zeros.
 *
 * @param collection  P pins
 * @param graph  the training split's, P pins
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for counts that differ and names that do not exist; what `contentBlocks` throws
 *
 * Memory 4 P F bytes. Deterministic.
 */
export async function buildFeatureTable(
  collection: Collection,
  graph: BipartiteGraph,
  options: FeatureTableOptions = {},
): Promise<FeatureTable> {
  const pinCount = collection.pins.ids.length;
  checkCount('graph', graph.pinCount, pinCount);
  const content = options.content ?? (await contentBlocks(collection, options));
  const degreeScale = options.degreeScale ?? measureDegrees(graph);
  const available = new Map<string, PinVectors>();
  const { spectral } = options;
  if (spectral) {
    checkCount('spectral', spectral.values.length / spectral.dimension, pinCount);
    available.set('spectral', { ...spectral, present: presentRows(spectral, pinCount) });
  }
  for (const [name, block] of content) available.set(name, block);
  available.set('degree', degreeBlock(graph, degreeScale));
  const chosen = choose(available, options.blocks ?? 'auto');
  return { ...layOut(chosen, pinCount), degreeScale };
}

function choose(
  available: ReadonlyMap<string, PinVectors>,
  names: 'auto' | readonly string[],
): Map<string, PinVectors> {
  if (names === 'auto') return new Map(available);
  const chosen = new Map<string, PinVectors>();
  for (const name of names) {
    const block = available.get(name);
    if (!block) {
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        `buildFeatureTable: blocks must be of ${[...available.keys()].join(', ')} (got ${name}); leave it out`,
      );
    }
    chosen.set(name, block);
  }
  return chosen;
}

function layOut(chosen: ReadonlyMap<string, PinVectors>, pinCount: number): Omit<FeatureTable, 'degreeScale'> {
  const flagOffset = [...chosen.values()].reduce((sum, block) => sum + block.dimension, 0);
  const dimension = flagOffset + chosen.size;
  const values = sharedFloats(pinCount * dimension); // [P, F]
  const length = Math.sqrt(1 / chosen.size);
  const blocks: FeatureBlock[] = [];
  let offset = 0;
  for (const [name, block] of chosen) {
    const flag = flagOffset + blocks.length;
    let presentCount = 0;
    for (let pin = 0; pin < pinCount; pin++) {
      const row = block.values.subarray(pin * block.dimension, (pin + 1) * block.dimension);
      const norm = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
      // A standardized degree of exactly 0 is a value like others; a vector of zeros has no direction.
      if (block.present[pin] !== 1 || (norm === 0 && name !== 'degree')) continue;
      presentCount++;
      const scale = name === 'degree' ? length : length / norm;
      const target = pin * dimension;
      for (let d = 0; d < block.dimension; d++) values[target + offset + d] = (row[d] as number) * scale;
      values[target + flag] = length;
    }
    blocks.push({ name, offset, dimension: block.dimension, presentCount });
    offset += block.dimension;
  }
  return { pinCount, dimension, values, blocks };
}

function measureDegrees(graph: BipartiteGraph): DegreeScale {
  const logs = Array.from(degrees(graph.boardsOfPin))
    .filter((degree) => degree > 0)
    .map((degree) => Math.log1p(degree));
  const count = Math.max(1, logs.length);
  const mean = logs.reduce((sum, x) => sum + x, 0) / count;
  const variance = logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / count;
  return { mean, deviation: variance > 1e-12 ? Math.sqrt(variance) : 1 };
}

function degreeBlock(graph: BipartiteGraph, { mean, deviation }: DegreeScale): PinVectors {
  const counts = degrees(graph.boardsOfPin);
  const values = Float32Array.from(counts, (degree) =>
    degree === 0 ? 0 : Math.max(-3, Math.min(3, (Math.log1p(degree) - mean) / deviation)),
  );
  return { dimension: 1, values, present: Uint8Array.from(counts, (degree) => Number(degree > 0)) };
}

function presentRows(
  { dimension, values }: { readonly dimension: number; readonly values: Float32Array },
  pinCount: number,
): Uint8Array {
  return Uint8Array.from({ length: pinCount }, (_, pin) =>
    Number(values.subarray(pin * dimension, (pin + 1) * dimension).some((x) => x !== 0)),
  );
}

function checkCount(name: string, got: number, pinCount: number): void {
  if (got === pinCount) return;
  throw new PinwalkError(
    'OPTION_OUT_OF_RANGE',
    `buildFeatureTable: ${name} must have ${pinCount} pins as the collection (got ${got})`,
  );
}
