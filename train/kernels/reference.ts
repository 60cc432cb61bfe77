/**
 * Each kernel once more in plain TypeScript, on typed arrays: the oracle of the specs, and what the cpu backend runs.
 *
 * Straight loops in the order the formulas are written; sums in double precision, rounded once.
 */

/** Compressed rows as tensors hold them: int32 offsets [M + 1] and neighbors [E], float32 weights [E]. */
export interface TensorRows {
  readonly offsets: Int32Array;
  readonly neighbors: Int32Array;
  readonly weights: Float32Array;
}

/** relu?(x W + bias): x [M, K]; W [K, N], or [N, K] with `transposeW`; bias [N] or none. */
export function denseReference(
  x: Float32Array,
  W: Float32Array,
  bias: Float32Array | undefined,
  shape: { rows: number; columns: number; depth: number; transposeW: boolean; relu: boolean },
): Float32Array {
  const { rows, columns, depth, transposeW, relu } = shape;
  const out = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = bias ? (bias[j] as number) : 0;
      for (let k = 0; k < depth; k++) {
        sum += (x[i * depth + k] as number) * (W[transposeW ? j * depth + k : k * columns + j] as number);
      }
      out[i * columns + j] = relu ? Math.max(sum, 0) : sum;
    }
  }
  return out;
}

/** out [M, D]: row r is the sum over its entries e of weights[e] * h[neighbors[e]]. */
export function importancePoolReference(h: Float32Array, rows: TensorRows, columns: number): Float32Array {
  const { offsets, neighbors, weights } = rows;
  const out = new Float32Array((offsets.length - 1) * columns);
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let d = 0; d < columns; d++) {
      let sum = 0;
      for (let e = offsets[row] as number; e < (offsets[row + 1] as number); e++) {
        sum += (weights[e] as number) * (h[(neighbors[e] as number) * columns + d] as number);
      }
      out[row * columns + d] = sum;
    }
  }
  return out;
}

/** dh [N, D]: row n is the sum over the entries e that name it of weights[e] * dy[row of e]. */
export function importancePoolGradientReference(
  dy: Float32Array,
  rows: TensorRows,
  shape: { columns: number; outRows: number },
): Float32Array {
  const { offsets, neighbors, weights } = rows;
  const { columns, outRows } = shape;
  const out = new Float64Array(outRows * columns);
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let e = offsets[row] as number; e < (offsets[row + 1] as number); e++) {
      const at = (neighbors[e] as number) * columns;
      for (let d = 0; d < columns; d++) {
        out[at + d] = (out[at + d] as number) + (weights[e] as number) * (dy[row * columns + d] as number);
      }
    }
  }
  return Float32Array.from(out);
}

/** out [M, D]: rows `indices` of source. */
export function gatherRowsReference(source: Float32Array, indices: Int32Array, columns: number): Float32Array {
  const out = new Float32Array(indices.length * columns);
  for (let row = 0; row < indices.length; row++) {
    const at = (indices[row] as number) * columns;
    out.set(source.subarray(at, at + columns), row * columns);
  }
  return out;
}

/** out [segments, D]: row s is the sum of the source rows whose id is s; other ids are dropped. */
export function segmentSumReference(
  source: Float32Array,
  ids: Int32Array,
  shape: { columns: number; segments: number },
): Float32Array {
  const { columns, segments } = shape;
  const out = new Float64Array(segments * columns);
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row] as number;
    if (id < 0 || id >= segments) continue;
    for (let d = 0; d < columns; d++) {
      out[id * columns + d] = (out[id * columns + d] as number) + (source[row * columns + d] as number);
    }
  }
  return Float32Array.from(out);
}

/** y = x / sqrt(sum of squares of its row + epsilon). */
export function l2NormalizeReference(x: Float32Array, columns: number, epsilon: number): Float32Array {
  const y = new Float32Array(x.length);
  for (let row = 0; row < x.length; row += columns) {
    const scale = 1 / Math.sqrt(dot(x, x, row, columns) + epsilon);
    for (let d = row; d < row + columns; d++) y[d] = (x[d] as number) * scale;
  }
  return y;
}

/** dx = dy / length - x (x . dy) / length^3, with length = sqrt(sum of squares + epsilon). */
export function l2NormalizeGradientReference(
  x: Float32Array,
  dy: Float32Array,
  shape: { columns: number; epsilon: number },
): Float32Array {
  const { columns, epsilon } = shape;
  const dx = new Float32Array(x.length);
  for (let row = 0; row < x.length; row += columns) {
    const scale = 1 / Math.sqrt(dot(x, x, row, columns) + epsilon);
    const back = scale ** 3 * dot(x, dy, row, columns);
    for (let d = row; d < row + columns; d++) dx[d] = scale * (dy[d] as number) - back * (x[d] as number);
  }
  return dx;
}

/** out [columns]: the sum of all rows. */
export function columnSumReference(x: Float32Array, columns: number): Float32Array {
  const out = new Float64Array(columns);
  for (let i = 0; i < x.length; i++) out[i % columns] = (out[i % columns] as number) + (x[i] as number);
  return Float32Array.from(out);
}

/** dx = dy where y > 0, else 0. */
export function reluGradientReference(dy: Float32Array, y: Float32Array): Float32Array {
  return dy.map((value, i) => ((y[i] as number) > 0 ? value : 0));
}

/** x [B, N] with weights[e] added at column neighbors[e] of each row that owns e. */
export function addEntriesReference(
  x: Float32Array,
  { offsets, neighbors, weights }: TensorRows,
  columns: number,
): Float32Array {
  const out = x.slice();
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let e = offsets[row] as number; e < (offsets[row + 1] as number); e++) {
      const at = row * columns + (neighbors[e] as number);
      out[at] = (out[at] as number) + (weights[e] as number);
    }
  }
  return out;
}

/** Sum over all logits of log(1 + e^logit), less those of the rows' targets. */
export function binaryCrossEntropyReference(
  logits: Float32Array,
  { offsets, neighbors }: TensorRows,
  columns: number,
): number {
  let loss = logits.reduce((sum, x) => sum + Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), 0);
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let e = offsets[row] as number; e < (offsets[row + 1] as number); e++) {
      loss -= logits[row * columns + (neighbors[e] as number)] as number;
    }
  }
  return loss;
}

/** dx [B, N] = scale * (1 / (1 + e^-logit), less 1 for targets). */
export function binaryCrossEntropyGradientReference(
  logits: Float32Array,
  { offsets, neighbors }: TensorRows,
  { scale, columns }: { scale: number; columns: number },
): Float32Array {
  const dx = logits.map((x) => scale / (1 + Math.exp(-x)));
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let e = offsets[row] as number; e < (offsets[row + 1] as number); e++) {
      const at = row * columns + (neighbors[e] as number);
      dx[at] = (dx[at] as number) - scale;
    }
  }
  return dx;
}

/** losses [B]: sum over the row's targets e of weights[e] * (logSumExp(row) - logits[row, e]); normalizers [B]: logSumExp(row). */
export function softmaxCrossEntropyReference(
  logits: Float32Array,
  targets: TensorRows,
  columns: number,
): { losses: Float32Array; normalizers: Float32Array } {
  const { offsets, neighbors, weights } = targets;
  const losses = new Float32Array(offsets.length - 1);
  const normalizers = new Float32Array(offsets.length - 1);
  for (let row = 0; row + 1 < offsets.length; row++) {
    const values = logits.subarray(row * columns, (row + 1) * columns);
    const largest = values.reduce((a, b) => Math.max(a, b), -Infinity);
    const sum = values.reduce((total, value) => total + Math.exp(value - largest), 0);
    const normalizer = largest + Math.log(sum);
    let loss = 0;
    for (let e = offsets[row] as number; e < (offsets[row + 1] as number); e++) {
      loss += (weights[e] as number) * (normalizer - (values[neighbors[e] as number] as number));
    }
    losses[row] = loss;
    normalizers[row] = normalizer;
  }
  return { losses, normalizers };
}

/** dx [B, N] = scale * (row's total target weight * softmax(row) - targets). */
export function softmaxCrossEntropyGradientReference(
  logits: Float32Array,
  targets: TensorRows,
  given: { normalizers: Float32Array; scale: number; columns: number },
): Float32Array {
  const { offsets, neighbors, weights } = targets;
  const { normalizers, scale, columns } = given;
  const dx = new Float32Array(logits.length);
  for (let row = 0; row + 1 < offsets.length; row++) {
    const start = offsets[row] as number;
    const end = offsets[row + 1] as number;
    let total = 0;
    for (let e = start; e < end; e++) total += weights[e] as number;
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      dx[i] = scale * total * Math.exp((logits[i] as number) - (normalizers[row] as number));
    }
    for (let e = start; e < end; e++) {
      const at = row * columns + (neighbors[e] as number);
      dx[at] = (dx[at] as number) - scale * (weights[e] as number);
    }
  }
  return dx;
}

function dot(a: Float32Array, b: Float32Array, start: number, length: number): number {
  let sum = 0;
  for (let i = start; i < start + length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
