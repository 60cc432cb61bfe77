import t from 'tap';
import { openBackend } from '../../train/backend/open-backend.js';
import { findGrowth, readMemory, type MemoryReading } from './memory.js';

const small = { pinCount: 400, neighborCount: 5, dimension: 16, pairCount: 20, negativeCount: 12 };

t.test('300 steps leave tensors, wasm heap and process as they were', async (t) => {
  await openBackend('wasm');
  const readings = await readMemory({ steps: 300, warmUp: 50, every: 25, size: small });
  t.equal(readings.length, 11);
  t.ok(readings.every(({ wasmHeapBytes, rssBytes }) => wasmHeapBytes > 0 && rssBytes > 0));
  t.same(findGrowth(readings), []);
});

t.test('findGrowth names what grew', (t) => {
  const reading = (change: Partial<MemoryReading>): MemoryReading => ({
    ...{ step: 1, tensors: 5, wasmHeapBytes: 1000, rssBytes: 1e8 },
    ...change,
  });
  t.same(findGrowth([reading({}), reading({ step: 2, rssBytes: 1.4e8 })]), [], 'RSS may move a little');
  t.same(findGrowth([reading({}), reading({ step: 9, tensors: 6, wasmHeapBytes: 2000, rssBytes: 1.6e8 })]), [
    'step 9 holds 6 tensors, step 1 5',
    'step 9 has a wasm heap of 2000 bytes, step 1 1000',
    'RSS grew by 60 MB from step 1 to 9',
  ]);
  t.same(findGrowth([]), ['memory must be read at least once']);
  t.end();
});
