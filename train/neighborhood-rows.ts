/**
 * The part of the importance neighborhoods that a batch needs, with rows renumbered.
 */
import { degree, type CompressedRows } from '../graph/bipartite-graph.js';
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

/** Each candidate's own target row at weight 1 and its neighborhood's at `poolWeight`; nothing for cold ones. */
export function poolingRows(
  { neighborhoods, poolWeight }: NeighborhoodSource,
  candidates: Uint32Array,
  { index, cold }: { index: RowIndex; cold: ReadonlySet<number> },
): { pooledPins: Uint32Array; pooling: CompressedRows } {
  const lists: number[][] = [];
  const weights: number[] = [];
  for (const pin of candidates) {
    const list: number[] = [];
    lists.push(list);
    if (cold.has(pin)) continue;
    list.push(pin);
    weights.push(1);
    if (poolWeight === 0) continue;
    for (let i = neighborhoods.offsets[pin] as number; i < (neighborhoods.offsets[pin + 1] as number); i++) {
      list.push(neighborhoods.neighbors[i] as number);
      weights.push(poolWeight * (neighborhoods.weights?.[i] ?? 1));
    }
  }
  const pooledPins = index.distinct([candidates, ...lists]);
  return { pooledPins, pooling: { ...index.compress(pooledPins, lists), weights: Float32Array.from(weights) } };
}

/**
 * Nodes and neighborhoods of every convolution, from the batch's pins down to the input.
 *
 * @param options.isHidden  pairs of pin and neighbor that no neighborhood may show
 * @param options.cold  pins without a neighborhood
 */
export function convolutionRows(
  { neighborhoods, layers }: NeighborhoodSource,
  { inputPins, candidates }: { inputPins: Uint32Array; candidates: Uint32Array },
  options: {
    index: RowIndex;
    cold: ReadonlySet<number>;
    isHidden: (pin: number, neighbor: number) => boolean;
  },
): {
  nodes: Uint32Array;
  layers: LayerRows[];
  inputNodes: Uint32Array;
  candidateNodes: Uint32Array;
  coldNodes: Uint32Array;
} {
  const { index, cold, isHidden } = options;
  const none = new Uint32Array(0);
  if (layers === 0) return { nodes: none, layers: [], inputNodes: none, candidateNodes: none, coldNodes: none };
  const isShown = (pin: number, neighbor: number): boolean => !cold.has(pin) && !isHidden(pin, neighbor);
  let nodes = index.distinct([inputPins, candidates]);
  const inputNodes = index.rowsIn(nodes, inputPins);
  const candidateNodes = index.rowsIn(nodes, candidates);
  const coldNodes = Uint32Array.from(nodes.keys()).filter((row) => cold.has(nodes[row] as number));
  const rows: LayerRows[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const below = shownRows(rowsOf(neighborhoods, nodes), nodes, isShown);
    const nodesBelow = index.distinct([nodes, below.neighbors]);
    const neighbors = index.rowsIn(nodesBelow, below.neighbors);
    rows.unshift({ rowCount: nodes.length, neighborhoods: { ...below, neighbors } });
    nodes = nodesBelow;
  }
  return { nodes, layers: rows, inputNodes, candidateNodes, coldNodes };
}

/** Some rows of compressed rows, in the order given. */
export function rowsOf(rows: CompressedRows, wanted: Uint32Array): CompressedRows {
  const offsets = new Uint32Array(wanted.length + 1);
  wanted.forEach((row, n) => (offsets[n + 1] = (offsets[n] as number) + degree(rows, row)));
  const neighbors = new Uint32Array(offsets[wanted.length] as number);
  const weights = new Float32Array(neighbors.length).fill(1);
  wanted.forEach((row, n) => {
    const [from, to] = [rows.offsets[row] as number, rows.offsets[row + 1] as number];
    neighbors.set(rows.neighbors.subarray(from, to), offsets[n]);
    if (rows.weights) weights.set(rows.weights.subarray(from, to), offsets[n]);
  });
  return { offsets, neighbors, weights };
}

/** Compressed rows of `pins` less what is not shown; what is left of a row is scaled to the row's sum. */
function shownRows(
  { offsets, neighbors, weights }: CompressedRows,
  pins: Uint32Array,
  isShown: (pin: number, neighbor: number) => boolean,
): CompressedRows {
  const kept = { offsets: new Uint32Array(offsets.length), neighbors: [] as number[], weights: [] as number[] };
  pins.forEach((pin, row) => {
    const first = kept.neighbors.length;
    let total = 0;
    let left = 0;
    for (let i = offsets[row] as number; i < (offsets[row + 1] as number); i++) {
      const neighbor = neighbors[i] as number;
      const weight = weights ? (weights[i] as number) : 1;
      total += weight;
      if (!isShown(pin, neighbor)) continue;
      left += weight;
      kept.neighbors.push(neighbor);
      kept.weights.push(weight);
    }
    for (let i = first; i < kept.weights.length; i++) kept.weights[i] = ((kept.weights[i] as number) * total) / left;
    kept.offsets[row + 1] = kept.neighbors.length;
  });
  return {
    offsets: kept.offsets,
    neighbors: Uint32Array.from(kept.neighbors),
    weights: Float32Array.from(kept.weights),
  };
}
