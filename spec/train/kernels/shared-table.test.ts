import { Worker } from 'node:worker_threads';
import t from 'tap';
import { hasRelaxedSimd, kernelMemory, loadKernels } from '../../../train/kernels/module.js';
import { sharedTable, stepByBlocks } from '../../../train/kernels/shared-table.js';

t.test('a table that is more than a memory holds is left to others', (t) => {
  t.equal(sharedTable([2 ** 29, 2 ** 29]), undefined);
  t.ok(sharedTable([10]));
  t.end();
});

t.test('arrays lie apart, each on a cache line of its own', (t) => {
  const { arrays } = sharedTable([3, 17, 1]) ?? { arrays: [] };
  t.same(
    arrays.map(({ length }) => length),
    [3, 17, 1],
  );
  for (const { byteOffset } of arrays) t.equal(byteOffset % 64, 0);
  arrays.forEach((array, n) => array.fill(n + 1));
  arrays.forEach((array, n) => t.ok(array.every((value) => value === n + 1)));
  t.end();
});

t.test('both builds of the kernels step alike', { skip: !hasRelaxedSimd() && 'no relaxed SIMD here' }, (t) => {
  const results = (['fma', 'simd'] as const).map((build) => {
    const memory = kernelMemory(1);
    const { kernels } = loadKernels(memory, { build });
    const floats = new Float32Array(memory.buffer);
    floats.fill(0.5, 16, 16 + 18); // values, two slots of six numbers
    floats.set([1, -2, 3], 64);
    new Uint32Array(memory.buffer)[80] = 1; // the second row
    kernels.adam(64, 88, 112, 256, 320, 1, 3, 0.1, 0.9, 0.99, 1e-8);
    return floats.slice(16, 34);
  });
  const [fma = new Float32Array(), simd = new Float32Array()] = results;
  fma.forEach((value, i) => t.ok(Math.abs(value - (simd[i] ?? 0)) < 1e-6));
  t.same(fma.slice(0, 3), [0.5, 0.5, 0.5], 'the first row is not touched');
  t.ok(Math.abs((fma[3] ?? 0) - (0.5 - (0.1 * 0.55) / Math.sqrt(0.505))) < 1e-6);
  t.end();
});

t.test('a table stays where it is while another thread writes to it and takes room', async (t) => {
  const { memory, arrays } = sharedTable([4, 4]) ?? {};
  const [values, sums] = arrays ?? [];
  if (!memory || !values || !sums) throw new Error('a table was made');
  const code = `
    const { workerData: { memory, values } } = require('node:worker_threads');
    values[0] = 7;
    if (memory.buffer !== undefined) memory.grow(1);
  `;
  const thread = new Worker(code, { eval: true, workerData: { memory, values } });
  await new Promise((resolve) => thread.once('exit', resolve));
  t.equal(values[0], 7);
  stepByBlocks(
    memory,
    { rows: Uint32Array.of(3), columns: 1 },
    {
      gather: ({ gradients }) => gradients.set([2]),
      step: ({ kernels, at }) => kernels.adagrad(values.byteOffset, sums.byteOffset, ...at, 0.5, 1e-10),
    },
  );
  t.same(values, [7, 0, 0, -0.5], 'the memory grew under it, and its arrays stayed');
  t.same(sums, [0, 0, 0, 4]);
});
