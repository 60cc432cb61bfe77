/**
 * The part of the importance neighborhoods that a batch needs, with rows renumbered.
 */
import { type CompressedRows, degree, rowsOf } from '../../graph/compressed-rows.js';
import type { ContentTerms } from '../content/content-terms.js';
import type { RowIndex } from './row-index.js';

/** The nodes of one convolution: row r of its output stands for row r of its input, plus a neighborhood there. */
export interface LayerRows {
  readonly rowCount: number;
  /** `rowCount` compressed rows over the rows of the layer below. */
  readonly neighborhoods: CompressedRows;
}

/** Neighborhoods of all pins, and how they are used. */
export interface NeighborhoodSource {
  readonly neighborhoods: CompressedRows;
  readonly layers: number;
  readonly poolWeight: number;
}

/** Rows of a table that learns, as some pins pool them. */
export interface PooledRows {
  /** Rows of the table, of pins or of terms, that are pooled, each once, ascending. */
  readonly table: Uint32Array;
  /** One compressed row a pooling pin, over `table`. */
  readonly rows: CompressedRows;
}

/** Each pin's own learned row at weight 1 and its neighborhood's at `poolWeight`; nothing for cold pins. */
export function poolingRows(
  { neighborhoods, poolWeight }: Pick<NeighborhoodSource, 'neighborhoods' | 'poolWeight'>,
  poolingPins: Uint32Array,
  { index, cold }: { index: RowIndex; cold: ReadonlySet<number> },
): PooledRows {
  const { offsets: from, neighbors, weights } = neighborhoods;
  const offsets = new Uint32Array(poolingPins.length + 1);
  poolingPins.forEach((pin, n) => {
    const count = cold.has(pin) ? 0 : 1 + (poolWeight === 0 ? 0 : degree(neighborhoods, pin));
    offsets[n + 1] = (offsets[n] as number) + count;
  });
  const entries = new Uint32Array(offsets[poolingPins.length] as number);
  const shares = new Float32Array(entries.length);
  poolingPins.forEach((pin, n) => {
    let at = offsets[n] as number;
    const end = offsets[n + 1] as number;
    if (at === end) return;
    entries[at] = pin;
    shares[at++] = 1;
    for (let i = from[pin] as number; at < end; i++, at++) {
      entries[at] = neighbors[i] as number;
      shares[at] = poolWeight * (weights ? (weights[i] as number) : 1);
    }
  });
  const table = index.distinct([poolingPins, entries]).sort(); // a table is read and written faster in its order
  return { table, rows: { offsets, neighbors: index.rowsIn(table, entries), weights: shares } };
}

/**
 * Rows of terms as some pins sum them, cold ones too: what they say is all that is known of those. The table ends with the columns of
 * vectors, whose share a product adds.
 */
export function termRows(
  { rows: all, termCount, vectors }: ContentTerms,
  pins: Uint32Array,
  index: RowIndex,
): PooledRows {
  const rows = rowsOf(all, pins);
  const said = index.distinct([rows.neighbors]).sort();
  const columns = vectors?.columns ?? 0;
  const table = new Uint32Array(said.length + columns);
  table.set(said);
  for (let column = 0; column < columns; column++) table[said.length + column] = termCount - columns + column;
  return { table, rows: { ...rows, neighbors: index.rowsIn(said, rows.neighbors) } };
}

/**
 * Nodes and neighborhoods of every convolution, from the batch's pins down to the input.
 *
 * @param options.hiddenFrom  of a pin, which neighbors its neighborhood may not show; undefined where it may show all
 * @param options.cold  pins without a neighborhood
 */
export function convolutionRows(
  { neighborhoods, layers }: NeighborhoodSource,
  { inputPins, candidates }: { inputPins: Uint32Array; candidates: Uint32Array },
  options: {
    index: RowIndex;
    cold: ReadonlySet<number>;
    hiddenFrom: (pin: number) => ((neighbor: number) => boolean) | undefined;
  },
): {
  nodes: Uint32Array;
  layers: LayerRows[];
  inputNodes: Uint32Array;
  candidateNodes: Uint32Array;
  coldNodes: Uint32Array;
} {
  const { index, cold } = options;
  const none = new Uint32Array(0);
  if (layers === 0) return { nodes: none, layers: [], inputNodes: none, candidateNodes: none, coldNodes: none };
  let nodes = index.distinct([inputPins, candidates]);
  const inputNodes = index.rowsIn(nodes, inputPins);
  const candidateNodes = index.rowsIn(nodes, candidates);
  const coldNodes = Uint32Array.from(nodes.keys()).filter((row) => cold.has(nodes[row] as number));
  const rows: LayerRows[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const below = shownRows(neighborhoods, nodes, options);
    const nodesBelow = index.distinct([nodes, below.neighbors]);
    const neighbors = index.rowsIn(nodesBelow, below.neighbors);
    rows.unshift({ rowCount: nodes.length, neighborhoods: { ...below, neighbors } });
    nodes = nodesBelow;
  }
  return { nodes, layers: rows, inputNodes, candidateNodes, coldNodes };
}

/** Rows of `pins` less what is not shown; what is left of a row is scaled to the row's sum. */
function shownRows(
  { offsets: from, neighbors, weights }: CompressedRows,
  pins: Uint32Array,
  {
    cold,
    hiddenFrom,
  }: { cold: ReadonlySet<number>; hiddenFrom: (pin: number) => ((neighbor: number) => boolean) | undefined },
): Required<Pick<CompressedRows, 'offsets' | 'neighbors' | 'weights'>> {
  let most = 0;
  for (const pin of pins) most += (from[pin + 1] as number) - (from[pin] as number);
  const offsets = new Uint32Array(pins.length + 1);
  const kept = new Uint32Array(most);
  const shares = new Float32Array(most);
  let at = 0;
  pins.forEach((pin, row) => {
    const first = at;
    let total = 0;
    let left = 0;
    const isHidden = hiddenFrom(pin);
    const end = cold.has(pin) ? 0 : (from[pin + 1] as number);
    for (let i = from[pin] as number; i < end; i++) {
      const neighbor = neighbors[i] as number;
      const weight = weights ? (weights[i] as number) : 1;
      total += weight;
      if (isHidden?.(neighbor)) continue;
      left += weight;
      kept[at] = neighbor;
      shares[at++] = weight;
    }
    if (left < total) for (let i = first; i < at; i++) shares[i] = ((shares[i] as number) * total) / left;
    offsets[row + 1] = at;
  });
  return { offsets, neighbors: kept.slice(0, at), weights: shares.slice(0, at) };
}
