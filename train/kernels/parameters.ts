/**
 * What learns: weights live in plain typed arrays and become tensors for one step at a time.
 *
 * So one optimizer serves the network and the rows, a checkpoint is the arrays, and no backend holds state between steps. The
 * arrays lie in shared memory: threads that share a step read them, and each changes other rows.
 */
import { shared, sharedFloats } from '../../data/shared-arrays.js';
import { optimizers, type OptimizedTable, type Optimizer, type StepOptions } from './optimizers.js';
import { sharedTable, stepByBlocks } from './shared-table.js';

/** One array that learns, with what its optimizer keeps. */
export interface Parameter extends OptimizedTable {
  readonly name: string;
  readonly optimizer: Optimizer;
  /** Where all of it lies, so that kernels reach it; undefined where it is more than such a memory holds. */
  readonly memory: WebAssembly.Memory | undefined;
}

/**
 * Makes a parameter of `values`, which are copied, its slots zero.
 *
 * @param options.plain  in memory that kernels do not reach, as a table is that is more than 3.75 GiB with its slots
 */
export function parameter(
  name: string,
  shape: readonly [number, number],
  values: Float32Array,
  { optimizer = 'adam', plain = false }: { optimizer?: Optimizer; plain?: boolean } = {},
): Parameter {
  const lengths = optimizers[optimizer].slotLengths(shape);
  const table = plain ? undefined : sharedTable([values.length, ...lengths]);
  if (!table)
    return { name, shape, optimizer, values: shared(values), slots: lengths.map(sharedFloats), memory: undefined };
  const [own, ...slots] = table.arrays as [Float32Array, ...Float32Array[]]; // as many as were asked for
  own.set(values);
  return { name, shape, optimizer, values: own, slots, memory: table.memory };
}

/**
 * One step of the parameter's own optimizer, in place.
 *
 * @param gradient  [touched rows, columns] row-major
 *
 * Cost: O(gradient); of 10,000 rows of 256 numbers adam takes 6 ms, adagrad 8, their reference kernels 30 and 15. Same input, same
 * bytes; with kernels and without results differ in the last digits.
 */
export function optimizerStep(target: Parameter, gradient: Float32Array, options: StepOptions): void {
  const { memory, shape } = target;
  if (!memory) {
    optimizers[target.optimizer].step(target, gradient, options);
    return;
  }
  const rows = options.rows ?? Uint32Array.from({ length: shape[0] }, (_, row) => row);
  const columns = shape[1];
  const table = [target.values, ...target.slots].map(({ byteOffset }) => byteOffset);
  stepByBlocks(
    memory,
    { rows, columns },
    {
      gather: ({ gradients, from, count }) =>
        gradients.set(gradient.subarray(from * columns, (from + count) * columns)),
      step: ({ kernels, at }) => optimizers[target.optimizer].stepBlock(kernels, table, at, options),
    },
  );
}
