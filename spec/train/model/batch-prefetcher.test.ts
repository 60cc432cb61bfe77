import t from 'tap';
import { syntheticSaves } from '../../../data/synthetic.js';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import { exactNeighborhoods } from '../../../graph/exact-neighborhoods.js';
import { BatchPrefetcher } from '../../../train/model/batch-prefetcher.js';
import { BatchSampler, type BatchSource } from '../../../train/model/batches.js';

const { collection } = syntheticSaves({ pinCount: 60, boardCount: 40, saveCount: 300, seed: 2 });
const graph = buildGraph(collection.saves, { pinCount: 60, boardCount: 40 });
const source: BatchSource = {
  seed: 5,
  graph,
  neighborhoods: exactNeighborhoods(graph, { neighborCount: 5 }),
  layers: 2,
  poolWeight: 1,
  saveDropout: 0.2,
  batchBoards: 8,
  batchPairs: 3,
  heldOutShare: 0.3,
  negativeCount: 20,
  hardNegatives: 2,
  loss: 'softmax',
};

t.test('batches come as the sampler draws them, in order, after a jump and again', async (t) => {
  const sampler = new BatchSampler(source);
  for (const isAhead of [false, true]) {
    const batches = BatchPrefetcher.open(source, { isAhead });
    t.equal(batches.stepsPerEpoch, sampler.stepsPerEpoch);
    for (const step of [0, 1, 2, 9, 9, 10, 3]) {
      t.same(await batches.draw(step), sampler.draw(step), `step ${step}, ${isAhead ? 'ahead' : 'when asked'}`);
    }
    await batches.close();
  }
});
