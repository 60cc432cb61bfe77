/**
 * Which vectors of a generation leave it, so that a plain inner product ranks as the strategy `embedding` does (spec/scores.md).
 *
 * Pins without an embedding are left out: as rows of zeros they would be neighbors of everything to an index.
 */
import { PinwalkError } from '../../data/errors.js';
import type { Attributes } from '../../data/collection.js';
import type { Generation } from '../../data/generation/read.js';
import type { StoredMatrix } from '../../data/generation/schema.js';
import { degree } from '../../graph/compressed-rows.js';
import { gather, normalizeRows } from '../kernels/matrix-rows.js';
import { logitScaleOf, type LogitScale } from '../ranking/logit-scale.js';
import { queriesOf, sumVectors } from '../ranking/query.js';

/** What is read of a generation. */
export type VectorSource = Pick<Generation, 'file' | 'pins' | 'boards' | 'graph' | 'communities' | 'matrices'>;

/** Vectors of some pins or boards. */
export interface VectorTable {
  /** Rows of the generation, ascending. */
  readonly rows: Uint32Array;
  readonly dimension: number;
  /** Vectors from one place of `rows` to before another: [to - from, dimension], a new array. */
  values(from: number, to: number): Float32Array;
}

/** Everything that is exported. n pins and m boards, d long embeddings. */
export interface ExportedVectors {
  /** [n, d] target vectors at unit length: the product of two is their cosine, which relates pins. */
  readonly pins: VectorTable;
  /**
   * [n, d + 1] the same pins for boards: target vector, then how far the bias lies above the least, in cosines (times the temperature).
   * Below 0, or many times as large, it would lead an index of neighbors astray (spec/decisions.md, 68).
   */
  readonly pinsForBoards: VectorTable;
  /** [m, d + 1] boards: the unit query vector times its logit scale, then 1 / temperature. */
  readonly boards: VectorTable;
  /** [n, d] what each pin adds to a query of several pins. */
  readonly queryVectors: VectorTable;
  /** [n] */
  readonly bias: Float32Array;
  /** Pins and boards that have no embedding. */
  readonly leftOut: { readonly pins: number; readonly boards: number };
}

/** A pin or board beside its vector. */
export interface VectorItem {
  readonly id: string;
  readonly title: string;
  /** Boards that hold the pin, or pins on the board. */
  readonly saves: number;
  /** Null without saves. */
  readonly community: number | null;
  readonly attributes: Attributes | undefined;
}

/**
 * The vectors of a generation.
 *
 * @param settings  of its ranking
 * @throws PinwalkError `GENERATION_INVALID` where it has no embedding
 *
 * Cost: one look at all vectors; they are copied when they are taken.
 */
export function vectorsOf(source: VectorSource, settings: LogitScale): ExportedVectors {
  const matrixOf = (name: string): StoredMatrix => {
    const matrix = source.matrices.get(name);
    if (matrix) return matrix;
    throw new PinwalkError(
      'GENERATION_INVALID',
      `export: ${source.file} must hold an embedding (got no ${name}); train again`,
    );
  };
  const [target, query] = [matrixOf('pin.target'), matrixOf('pin.query')];
  const pins = rowsWithValues(target);
  const bias = gather(matrixOf('pin.bias').values, 1, pins);
  const least = bias.reduce((min, value) => Math.min(min, value), Infinity);
  const boards = boardVectors(source, query, settings);
  return {
    pins: tableOf(pins, target),
    pinsForBoards: withColumn(tableOf(pins, target), (n) => ((bias[n] as number) - least) * settings.temperature),
    boards,
    queryVectors: tableOf(pins, query),
    bias,
    leftOut: {
      pins: source.graph.pinCount - pins.length,
      boards: source.graph.boardCount - boards.rows.length,
    },
  };
}

/** What stands beside each vector of a table of pins or boards. */
export function* itemsOf(
  { pins, boards, graph, communities }: VectorSource,
  kind: 'pins' | 'boards',
  rows: Uint32Array,
): Generator<VectorItem> {
  const isPins = kind === 'pins';
  const { ids, titles, attributes } = (isPins ? pins : boards).table;
  const saves = isPins ? graph.boardsOfPin : graph.pinsOfBoard;
  const numbers = isPins ? communities?.pinCommunity : communities?.boardCommunity;
  for (const row of rows) {
    const number = numbers?.[row] ?? Infinity;
    yield {
      id: ids[row] as string,
      title: titles[row] as string,
      saves: degree(saves, row),
      community: number < (communities?.titles.length ?? 0) ? number : null,
      attributes: attributes[row],
    };
  }
}

/** Bytes of some megabytes of a table's rows at a time. */
export function* bytesOf(table: VectorTable): Generator<Uint8Array> {
  for (const { buffer, byteOffset, byteLength } of piecesOf(table))
    yield new Uint8Array(buffer, byteOffset, byteLength);
}

/** A table's values, some megabytes of rows at a time. */
export function* piecesOf(table: VectorTable): Generator<Float32Array> {
  const rowsInPiece = Math.max(1, Math.floor((1 << 20) / Math.max(table.dimension, 1)));
  for (let from = 0; from < table.rows.length; from += rowsInPiece)
    yield table.values(from, Math.min(table.rows.length, from + rowsInPiece));
}

function tableOf(rows: Uint32Array, { values, columns }: StoredMatrix): VectorTable {
  return {
    rows,
    dimension: columns,
    values: (from, to) => gather(values, columns, rows.subarray(from, to)),
  };
}

/** One more number at the end of each row. */
function withColumn(table: VectorTable, valueAt: (n: number) => number): VectorTable {
  const { rows, dimension } = table;
  const columns = dimension + 1;
  return {
    rows,
    dimension: columns,
    values: (from, to) => {
      const widened = new Float32Array((to - from) * columns);
      const own = table.values(from, to);
      for (let n = from; n < to; n++) {
        widened.set(own.subarray((n - from) * dimension, (n - from + 1) * dimension), (n - from) * columns);
        widened[(n - from) * columns + dimension] = valueAt(n);
      }
      return widened;
    },
  };
}

/** Boards as the ranker asks with them: the sum of their pins' query vectors, at the length that their size gives it. */
function boardVectors({ graph }: VectorSource, query: StoredMatrix, settings: LogitScale): VectorTable {
  const dimension = query.columns;
  const isEmbedded = new Uint8Array(query.rows);
  for (const row of rowsWithValues(query)) isEmbedded[row] = 1;
  const all = Uint32Array.from({ length: graph.boardCount }, (_, board) => board);
  const queryOf = (rows: Uint32Array) => queriesOf(graph, 'boards', rows);
  const rows = all.filter((board) => queryOf(Uint32Array.of(board))[0]?.pins.some((pin) => isEmbedded[pin] === 1));
  const scaled: VectorTable = {
    rows,
    dimension,
    values: (from, to) => {
      const queries = queryOf(rows.subarray(from, to));
      const vectors = new Float32Array((to - from) * dimension);
      sumVectors(queries, query.values, vectors, () => 1);
      normalizeRows(vectors, dimension);
      queries.forEach(({ pins }, n) => {
        const scale = logitScaleOf(pins.length, settings);
        for (let i = n * dimension; i < (n + 1) * dimension; i++) vectors[i] = (vectors[i] as number) * scale;
      });
      return vectors;
    },
  };
  return withColumn(scaled, () => 1 / settings.temperature);
}

function rowsWithValues({ rows, columns, values }: StoredMatrix): Uint32Array {
  const all = Uint32Array.from({ length: rows }, (_, row) => row);
  return all.filter((row) => values.subarray(row * columns, (row + 1) * columns).some((value) => value !== 0));
}
