/**
 * Our own TF.js kernels on the wasm backend: name by name what `ops.ts` runs, on the SIMD code of `assembly/`.
 *
 * Inputs were checked by `ops.ts`. Row numbers are checked by the kernels themselves.
 */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { PinwalkError } from '../../data/errors.js';
import type { Product } from './product.js';
import { size, type WasmHeap } from './wasm-heap.js';

/** A kernel as TF.js registers it, but for the backend's name. */
export type NamedKernel = Pick<KernelConfig, 'kernelName' | 'kernelFunc'>;

/** Inputs and attributes of each of our kernels; `reference-kernels.ts` takes the same. */
export interface RowsInputs {
  /** int32 [M + 1] */
  readonly offsets: TensorInfo;
  /** int32 [E] */
  readonly neighbors: TensorInfo;
  /** float32 [E] */
  readonly weights: TensorInfo;
}
/** x [M, K], W [K, N] or [N, K], bias [N] */
export interface DenseInputs {
  readonly x: TensorInfo;
  readonly W: TensorInfo;
  readonly bias?: TensorInfo;
}
/** How `Dense` goes about it. */
export interface DenseAttributes {
  readonly transposeW: boolean;
  readonly relu: boolean;
}
/** What `TakeRows` takes, as `takeRows` in `ops.ts` is given it. */
export interface TakeAttributes {
  readonly values: Float32Array;
  readonly columns: number;
  readonly rows: Uint32Array;
  readonly adjust?: (copied: Float32Array) => void;
}
/** Our kernels on `heap`, with `product` for all dense products. */
export function simdKernels(heap: WasmHeap, product: Product): NamedKernel[] {
  const { kernels } = heap;
  const at = (tensor: TensorInfo): number => heap.at(tensor);
  const rowsAt = (rows: RowsInputs): [number, number, number] => [
    at(rows.offsets),
    at(rows.neighbors),
    at(rows.weights),
  ];
  return [
    {
      kernelName: 'Dense',
      kernelFunc: ({ inputs, attrs }) => {
        const { x, W, bias } = inputs as unknown as DenseInputs;
        const { transposeW, relu } = attrs as unknown as DenseAttributes;
        const columns = rowsOf(W, transposeW ? 0 : 1);
        const out = heap.make([rowsOf(x), columns]);
        const shape = { rows: rowsOf(x), columns, depth: columnsOf(x), transposeA: false, transposeB: transposeW };
        product({ a: at(x), b: at(W), out: at(out), bias: bias ? at(bias) : 0, relu }, shape);
        return out;
      },
    },
    {
      kernelName: 'ImportancePool',
      kernelFunc: ({ inputs }) => {
        const { h, ...rows } = inputs as unknown as RowsInputs & { h: TensorInfo };
        const out = heap.make([size(rows.offsets.shape) - 1, columnsOf(h)]);
        const wrong = kernels.pool(at(h), ...rowsAt(rows), at(out), rowsOf(out), columnsOf(h), rowsOf(h));
        refuse('importancePool', heap, { indices: rows.neighbors, wrong, sourceRows: rowsOf(h) });
        return out;
      },
    },
    {
      kernelName: 'ImportancePoolGradient',
      kernelFunc: ({ inputs, attrs }) => {
        const { dy, ...rows } = inputs as unknown as RowsInputs & { dy: TensorInfo };
        const { sourceRows } = attrs as unknown as { sourceRows: number };
        const out = heap.make([sourceRows, columnsOf(dy)]);
        transposed(heap, rows, sourceRows, (turned) =>
          kernels.pool(at(dy), ...turned, at(out), sourceRows, columnsOf(dy), rowsOf(dy)),
        );
        return out;
      },
    },
    {
      kernelName: 'TakeRows', // of a matrix that is no tensor, straight into the backend's memory
      kernelFunc: ({ attrs }) => {
        const { values, columns, rows, adjust } = attrs as unknown as TakeAttributes;
        const out = heap.takeRows(values, columns, rows);
        adjust?.(heap.floats(out));
        return out;
      },
    },
    {
      kernelName: 'GatherRows',
      kernelFunc: ({ inputs }) => {
        const { x, indices } = inputs as unknown as { x: TensorInfo; indices: TensorInfo };
        return gather(heap, { x, indices, shape: [size(indices.shape), columnsOf(x)] });
      },
    },
    {
      kernelName: 'GatherRowsGradient',
      kernelFunc: ({ inputs, attrs }) => {
        const { dy, indices } = inputs as unknown as { dy: TensorInfo; indices: TensorInfo };
        const { sourceRows } = attrs as unknown as { sourceRows: number };
        const out = heap.make([sourceRows, columnsOf(dy)]);
        kernels.segmentSum(at(dy), at(indices), at(out), rowsOf(dy), columnsOf(dy), sourceRows);
        return out;
      },
    },
    {
      kernelName: 'L2Normalize',
      kernelFunc: ({ inputs, attrs }) => {
        const { x } = inputs as unknown as { x: TensorInfo };
        const { epsilon } = attrs as unknown as { epsilon: number };
        const out = heap.make(x.shape);
        kernels.l2Normalize(at(x), at(out), 0, rowsOf(x), columnsOf(x), epsilon);
        return out;
      },
    },
    {
      kernelName: 'L2NormalizeGradient',
      kernelFunc: ({ inputs, attrs }) => {
        const { x, dy } = inputs as unknown as { x: TensorInfo; dy: TensorInfo };
        const { epsilon } = attrs as unknown as { epsilon: number };
        const out = heap.make(x.shape);
        kernels.l2NormalizeGradient(at(x), at(dy), at(out), rowsOf(x), columnsOf(x), epsilon);
        return out;
      },
    },
    {
      kernelName: 'ReluGradient',
      kernelFunc: ({ inputs }) => {
        const { dy, y } = inputs as unknown as { dy: TensorInfo; y: TensorInfo };
        const [out, sums] = [heap.make(y.shape), heap.make([columnsOf(y)])];
        kernels.reluGradient(at(dy), at(y), at(out), at(sums), rowsOf(y), columnsOf(y));
        return [out, sums];
      },
    },
    {
      kernelName: 'ColumnSum',
      kernelFunc: ({ inputs }) => {
        const { x } = inputs as unknown as { x: TensorInfo };
        const out = heap.make([columnsOf(x)]);
        kernels.columnSum(at(x), at(out), rowsOf(x), columnsOf(x));
        return out;
      },
    },
    {
      kernelName: 'AddEntries',
      kernelFunc: ({ inputs }) => {
        const { x, ...rows } = inputs as unknown as RowsInputs & { x: TensorInfo };
        const out = heap.make(x.shape);
        const wrong = kernels.addEntries(at(x), ...rowsAt(rows), at(out), rowsOf(x), columnsOf(x));
        refuse('addEntries', heap, { indices: rows.neighbors, wrong, sourceRows: columnsOf(x) });
        return out;
      },
    },
    {
      kernelName: 'BinaryCrossEntropy',
      kernelFunc: ({ inputs }) => {
        const { logits, offsets, neighbors } = inputs as unknown as RowsInputs & { logits: TensorInfo };
        const [losses, loss] = [heap.make([rowsOf(logits)]), heap.make([])];
        const shape = [rowsOf(logits), columnsOf(logits)] as const;
        const wrong = kernels.binaryCrossEntropy(at(logits), at(offsets), at(neighbors), at(losses), ...shape);
        refuse('binaryCrossEntropy', heap, { indices: neighbors, wrong, sourceRows: columnsOf(logits) });
        heap.floats(loss)[0] = heap.floats(losses).reduce((total, value) => total + value, 0);
        heap.release(losses);
        return loss;
      },
    },
    {
      kernelName: 'BinaryCrossEntropyGradient',
      kernelFunc: ({ inputs }) => {
        const { logits, offsets, neighbors, dy } = inputs as unknown as RowsInputs &
          Record<'logits' | 'dy', TensorInfo>;
        const out = heap.make(logits.shape);
        const targets = [at(offsets), at(neighbors)] as const;
        const shape = [rowsOf(logits), columnsOf(logits)] as const;
        kernels.binaryCrossEntropyGradient(at(logits), ...targets, heap.floats(dy)[0] ?? 0, at(out), ...shape);
        return out;
      },
    },
    {
      kernelName: 'SoftmaxCrossEntropy',
      kernelFunc: ({ inputs }) => {
        const { logits, ...targets } = inputs as unknown as RowsInputs & { logits: TensorInfo };
        const losses = heap.make([rowsOf(logits)]);
        const normalizers = heap.make([rowsOf(logits)]);
        const loss = heap.make([]);
        const shape = [rowsOf(logits), columnsOf(logits)] as const;
        const wrong = kernels.softmaxCrossEntropy(
          at(logits),
          ...rowsAt(targets),
          at(losses),
          at(normalizers),
          ...shape,
        );
        refuse('softmaxCrossEntropy', heap, { indices: targets.neighbors, wrong, sourceRows: columnsOf(logits) });
        heap.floats(loss)[0] = heap.floats(losses).reduce((total, value) => total + value, 0);
        heap.release(losses);
        return [loss, normalizers];
      },
    },
    {
      kernelName: 'SoftmaxCrossEntropyGradient',
      kernelFunc: ({ inputs }) => {
        const { logits, normalizers, dy, ...targets } = inputs as unknown as RowsInputs & {
          logits: TensorInfo;
          normalizers: TensorInfo;
          dy: TensorInfo;
        };
        const out = heap.make(logits.shape);
        const scale = heap.floats(dy)[0] ?? 0;
        const shape = [rowsOf(logits), columnsOf(logits)] as const;
        kernels.softmaxCrossEntropyGradient(at(logits), ...rowsAt(targets), at(normalizers), scale, at(out), ...shape);
        return out;
      },
    },
  ];
}

/** Lends the entries of compressed rows by neighbor, as `transposeRows` turns them. */
export function transposed(
  heap: WasmHeap,
  { offsets, neighbors, weights }: RowsInputs,
  sourceRows: number,
  use: (turned: readonly [offsetsAt: number, neighborsAt: number, weightsAt: number]) => void,
): void {
  const entryCount = size(neighbors.shape);
  const room = [heap.make([sourceRows + 2]), heap.make([entryCount]), heap.make([entryCount])] as const;
  const [turnedOffsets, turnedNeighbors, turnedWeights] = room;
  const turned = [heap.at(turnedOffsets), heap.at(turnedNeighbors), heap.at(turnedWeights)] as const;
  const rows = [heap.at(offsets), heap.at(neighbors), heap.at(weights)] as const;
  heap.kernels.transposeRows(...rows, size(offsets.shape) - 1, sourceRows, ...turned);
  use(turned);
  for (const tensor of room) heap.release(tensor);
}

/** Turns a kernel's complaint about a row number into an error. */
export function refuse(
  where: string,
  heap: WasmHeap,
  given: { indices: TensorInfo; wrong: number; sourceRows: number },
): void {
  const { indices, wrong, sourceRows } = given;
  if (wrong < 0) return;
  throw new PinwalkError(
    'ROW_OUT_OF_RANGE',
    `${where}: row numbers must be from 0 to ${sourceRows - 1} (got ${heap.integers(indices)[wrong]} in entry ${wrong})`,
  );
}

/** Rows `indices` of x (its first axis), as a tensor of `shape`. */
export function gather(
  heap: WasmHeap,
  given: { x: TensorInfo; indices: TensorInfo; shape: readonly number[] },
): TensorInfo {
  const { x, indices, shape } = given;
  const out = heap.make(shape);
  const sourceRows = rowsOf(x);
  const columns = size(x.shape.slice(1));
  const sizes = [size(indices.shape), columns, sourceRows] as const;
  const wrong = heap.kernels.gatherRows(heap.at(x), heap.at(indices), heap.at(out), ...sizes);
  refuse('gather', heap, { indices, wrong, sourceRows });
  return out;
}

function rowsOf(tensor: TensorInfo, axis = 0): number {
  return tensor.shape[axis] ?? 1;
}

function columnsOf(tensor: TensorInfo): number {
  return tensor.shape[1] ?? 1;
}
