import type { Worker } from 'node:worker_threads';
import t from 'tap';
import { randomStream } from '../../../data/random.js';
import { openBackend } from '../../../train/backend/open-backend.js';
import { KernelThreads } from '../../../train/kernels/kernel-threads.js';
import { loadKernels, type Kernels } from '../../../train/kernels/module.js';
import { activeHeap } from '../../../train/kernels/register.js';
import type { WasmHeap } from '../../../train/kernels/wasm-heap.js';
import { optimizerStep, parameter } from '../../../train/kernels/parameters.js';
import { gather } from '../../../train/kernels/matrix-rows.js';
import { farthest, hex } from '../small-world.js';

await openBackend('wasm');
const heap = activeHeap() as WasmHeap;
const random = randomStream(1, 'spec');

/** A tensor of random numbers, or of what is given. */
function matrix(rows: number, columns: number, fill: (i: number) => number = () => random() - 0.5): number {
  const tensor = heap.make([rows, columns]);
  heap.floats(tensor).forEach((_, i, values) => (values[i] = fill(i)));
  return heap.at(tensor);
}

function integers(length: number, value: (i: number) => number): number {
  const tensor = heap.make([length]);
  heap.integers(tensor).forEach((_, i, values) => (values[i] = value(i)));
  return heap.at(tensor);
}

const [rows, columns] = [5000, 70]; // enough for many blocks, and no whole number of them
const [x, y, z] = [matrix(rows, columns), matrix(rows, columns), matrix(rows, columns)];
const offsets = integers(rows + 1, (i) => 3 * i);
const entries = integers(3 * rows, (i) => (i * 7919) % columns);
const neighbors = integers(3 * rows, (i) => (i * 7919) % rows);
const weights = matrix(3 * rows, 1);
const scales = matrix(rows, 1, () => 1.5);
const [wide, tall] = [matrix(200, 90), matrix(90, 900)];

/** Each parallel kernel: what it is called with, and how many numbers it leaves at which addresses. */
const calls: Record<string, (out: number, more: number, scratch: number) => [number[], number, number]> = {
  finish: (out) => [[out, columns * 4, rows, columns, x, 1], rows * columns, 0],
  pool: (out) => [[x, offsets, neighbors, weights, out, rows, columns, rows], rows * columns, 0],
  poolReluGradient: (out, more) => [
    [x, offsets, neighbors, weights, y, out, more, rows, columns],
    rows * columns,
    columns,
  ],
  gatherRows: (out) => [[x, neighbors, out, rows, columns, rows], rows * columns, 0],
  l2Normalize: (out, more) => [[x, out, more, rows, columns, 1e-12], rows * columns, rows],
  l2NormalizeGradient: (out) => [[x, y, out, rows, columns, 1e-12], rows * columns, 0],
  columnSum: (out) => [[x, out, rows, columns], columns, 0],
  rowSum: (out) => [[x, out, rows, columns], rows, 0],
  reluGradient: (out, more) => [[x, y, out, more, rows, columns], rows * columns, columns],
  unitReluGradient: (out, more) => [[x, z, scales, out, more, rows, columns], rows * columns, columns],
  exp: (out) => [[x, out, rows * columns], rows * columns, 0],
  addEntries: (out) => [[x, offsets, entries, weights, out, rows, columns], rows * columns, 0],
  binaryCrossEntropy: (out) => [[x, offsets, entries, out, rows, columns], rows, 0],
  binaryCrossEntropyGradient: (out) => [[x, offsets, entries, 0.3, out, rows, columns], rows * columns, 0],
  softmaxCrossEntropy: (out, more) => [[x, offsets, entries, weights, out, more, rows, columns], rows, rows],
  softmaxCrossEntropyGradient: (out) => [
    [x, offsets, entries, weights, scales, 0.3, out, rows, columns],
    rows * columns,
    0,
  ],
  matMul: (out, _, scratch) => [[wide, 90, 1, tall, 900, 1, out, 900, 200, 900, 90, x, 1, 0, scratch], 200 * 900, 0],
};
const tallProduct = (out: number, _: number, scratch: number): [number[], number, number] => [
  [tall, 1, 900, wide, 1, 90, out, 200, 900, 200, 90, 0, 0, 0, scratch],
  900 * 200,
  0,
];

/** What a kernel of these leaves. */
function results(
  kernels: Kernels,
  name: string,
  call: (typeof calls)[string],
): { outs: Float32Array[]; complaint: unknown } {
  const [out, more] = [matrix(rows, columns, () => 0.25), matrix(rows, 1, () => 0.25)];
  const [args, count, moreCount] = call(out, more, heap.scratchAt);
  const complaint = (kernels as unknown as Record<string, (...all: number[]) => unknown>)[name]?.(...args);
  return { outs: [heap.view(out, [count]).slice(), heap.view(more, [moreCount]).slice()], complaint: complaint ?? -1 };
}

const deepProduct = (out: number, _: number, scratch: number): [number[], number, number] => [
  [x, 1, columns, y, columns, 1, out, columns, columns, columns, rows, 0, 0, 0, scratch],
  columns * columns,
  0,
];

const cases = [...Object.entries(calls), ['matMul', tallProduct] as const, ['matMul', deepProduct] as const];

t.test(
  'with three threads every parallel kernel has the bytes of one, and nearly those of the SIMD kernel',
  async (t) => {
    const whole = loadKernels(heap.prepare({ threads: 1, tables: [], sources: [] }).memory);
    const alone = cases.map(([name, call]) => results(heap.kernels, name, call));
    const undivided = cases.map(([name, call]) => results(whole.kernels, name, call));
    const threads = new KernelThreads(heap, { count: 3, tables: [], sources: [] });
    t.teardown(() => threads.close());
    for (let round = 0; round < 5; round++) {
      cases.forEach(([name, call], n) => {
        const { outs, complaint } = results(heap.kernels, name, call);
        t.equal(outs.map(hex).join(), alone[n]?.outs.map(hex).join(), `${name}, round ${round}`);
        t.equal(complaint, -1);
      });
      await new Promise((resolve) => setTimeout(resolve, 50)); // threads come up meanwhile
    }
    undivided.forEach(({ outs }, n) => {
      const off = outs.map((values, o) => farthest(values, alone[n]?.outs[o] ?? []));
      t.ok(
        off.every((most) => most < 1e-3),
        `${cases[n]?.[0]}: off by ${off.join(', ')}`,
      );
    });
  },
);

t.test('a row number out of range is told by its place, whichever block it is in', (t) => {
  const threads = new KernelThreads(heap, { count: 2, tables: [], sources: [] });
  t.teardown(() => threads.close());
  for (const wrong of [4321, 17]) {
    const list = integers(rows, (i) => (i === wrong || i === 4800 ? rows : i));
    const out = matrix(rows, columns);
    t.equal(heap.kernels.gatherRows(x, list, out, rows, columns, rows), wrong);
    const ones = integers(rows + 1, (i) => i);
    t.equal(heap.kernels.pool(x, ones, list, 0, out, rows, columns, rows), wrong);
  }
  t.end();
});

t.test('rows taken and optimizer steps by kernel threads are those of the main thread alone', async (t) => {
  const [pins, width] = [3000, 64];
  const values = Float32Array.from({ length: pins * width }, () => random() - 0.5);
  const touched = Uint32Array.from({ length: 2000 }, (_, n) => (n * 7) % pins);
  for (const optimizer of ['adam', 'adagrad'] as const) {
    for (const plain of [false, true]) {
      const [table, reference] = [0, 1].map(() => parameter('row.query', [pins, width], values, { optimizer, plain }));
      if (!table || !reference) throw new Error('both were made');
      const threads = new KernelThreads(heap, { count: 3, tables: [table], sources: [] });
      const tensor = heap.takeRows(table.values, width, touched);
      t.same(heap.floats(tensor), gather(values, width, touched));
      for (let step = 1; step < 4; step++) {
        const rowsOf = step === 3 ? undefined : touched;
        const gradient = rowsOf ? heap.floats(tensor) : heap.view(matrix(pins, width), [pins, width]);
        heap.optimizerStep(table, gradient, { rate: 0.1, step, rows: rowsOf });
        optimizerStep(reference, gradient, { rate: 0.1, step, rows: rowsOf });
      }
      t.equal(hex(table.values), hex(reference.values), `${optimizer}, ${plain ? 'plain' : 'in its own memory'}`);
      table.slots.forEach((slot, n) => t.equal(hex(slot), hex(reference.slots[n] as Float32Array)));
      await threads.close();
    }
  }
});

t.test(
  'kernel threads whose thread ends refuses the next kernel, and the main thread goes on alone after it',
  async (t) => {
    const thread = new Promise<Worker>((resolve) => void process.once('worker', resolve));
    const threads = new KernelThreads(heap, { count: 2, tables: [], sources: [] });
    await (await thread).terminate();
    t.throws(() => results(heap.kernels, 'exp', calls['exp'] as (typeof calls)[string]), {
      code: 'WORKER_FAILED',
      message: /a kernel's thread must go on until the end \(got exit code \d\)/,
    });
    await threads.close();
    results(heap.kernels, 'exp', calls['exp'] as (typeof calls)[string]);
  },
);
