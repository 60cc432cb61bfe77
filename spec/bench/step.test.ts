import t from 'tap';
import { openBackend } from '../../train/backend/open-backend.js';
import { BenchStep } from './step.js';
import { summarize } from './summary.js';

const small = { pinCount: 400, neighborCount: 5, dimension: 16, pairCount: 20, negativeCount: 12 };

t.test('the step that is timed learns, the same on wasm and cpu', async (t) => {
  const losses: number[][] = [];
  for (const backend of ['wasm', 'cpu'] as const) {
    await openBackend(backend);
    const step = new BenchStep(small);
    t.ok((step.layerRows[0] ?? 0) > (step.layerRows[1] ?? 0) && (step.layerRows[1] ?? 0) > (step.layerRows[2] ?? 0));
    losses.push(Array.from({ length: 60 }, () => step.run().loss));
  }
  const [wasm, cpu] = losses as [number[], number[]];
  wasm.forEach((loss, i) => t.ok(Math.abs(loss - (cpu[i] as number)) < 1e-4, `step ${i}`));
  t.ok(wasm.at(-1) < (wasm[0] as number) / 2, `${wasm[0]} falls to ${wasm.at(-1)}`);
});

t.test('the parts of a step make up its time', async (t) => {
  await openBackend('wasm');
  const { inputMs, forwardMs, backwardMs, optimizerMs, totalMs } = new BenchStep(small).run();
  t.ok(Math.abs(inputMs + forwardMs + backwardMs + optimizerMs - totalMs) < 1e-6);
});

t.test('summarize gives median and quartiles', (t) => {
  t.same(summarize([5, 1, 4, 2, 3]), { median: 3, lower: 2, upper: 4 });
  t.same(summarize([7]), { median: 7, lower: 7, upper: 7 });
  t.end();
});
