/**
 * What kernel threads do: kernels cut into blocks of rows, and the two ways between the tables that learn and the tensors of a step.
 */
import { gather } from './matrix-rows.js';
import type { Kernels } from './module.js';
import type { Job } from './parallel-for.js';
import { kernelJobCount, kernelJobs } from './parallel-kernels.js';
import type { Scratch } from './parallel-product.js';
import { optimizerStep, type Parameter } from './parameters.js';

/** What the jobs work on, beside the kernels, which each thread loads for itself. */
export interface JobInputs extends Scratch {
  /** The memory that holds tensors, and the scratch too. */
  readonly memory: WebAssembly.Memory;
  /** Tables that learn, and matrices that rows are taken of, those of the tables among them; all on shared memory. */
  readonly tables: readonly Parameter[];
  readonly sources: readonly Float32Array[];
}

/** Job: [source, rows (address), out (address), columns]; entries are rows of `out`. */
export const takeRowsJob = kernelJobCount;
/** Job: [table, gradient (address), rows (address, 0 for all in order), rate, step]; entries are rows of the gradient. */
export const optimizerJob = kernelJobCount + 1;

/** The jobs, the same on every thread. */
export function jobsAt(kernels: Kernels, { memory, tables, sources, ...scratch }: JobInputs): Job[] {
  const floats = (at: number, length: number): Float32Array => new Float32Array(memory.buffer, at, length);
  const list = (at: number, length: number): Uint32Array => new Uint32Array(memory.buffer, at, length);
  const takeRows: Job = (args, from, to) => {
    const [source, rowsAt, outAt, columns] = args as [number, number, number, number];
    const out = floats(outAt + 4 * from * columns, (to - from) * columns);
    gather(sources[source] as Float32Array, columns, list(rowsAt + 4 * from, to - from), out);
    return undefined;
  };
  const optimize: Job = (args, from, to) => {
    const [table, gradientAt, rowsAt, rate, step] = args as [number, number, number, number, number];
    const target = tables[table] as Parameter;
    const columns = target.shape[1];
    const rows =
      rowsAt > 0 ? list(rowsAt + 4 * from, to - from) : Uint32Array.from({ length: to - from }, (_, n) => from + n);
    optimizerStep(target, floats(gradientAt + 4 * from * columns, (to - from) * columns), { rate, step, rows });
    return undefined;
  };
  return [...kernelJobs(kernels, scratch), takeRows, optimize];
}
