/**
 * Opens and closes pools in a process of its own: `pools-child.js <count> <seed>`. A process that Node ends natively has no exit
 * code 0, whatever it caught.
 *
 * Every kind of pool takes its turn, one that loads fast most often. Some are closed at once, while their threads load, some a few
 * milliseconds later, some with tasks at work.
 */
import { threeCliques } from '../../data/synthetic.js';
import { randomInteger, randomStream } from '../../data/random.js';
import { buildGraph } from '../../graph/bipartite-graph.js';
import { exactNeighborhoods } from '../../graph/exact-neighborhoods.js';
import { prepareWalk } from '../../graph/random-walk.js';
import { SlicePool } from '../../graph/slice-pool.js';
import { ScoringPool } from '../../train/fusion/scoring-pool.js';
import { BatchPrefetcher } from '../../train/model/batch-prefetcher.js';

const [count, seed] = process.argv.slice(2).map(Number);
const random = randomStream(seed ?? 1, 'pools');
const { collection } = threeCliques();
const graph = buildGraph(collection.saves, {
  pinCount: collection.pins.ids.length,
  boardCount: collection.boards.ids.length,
});
const source = {
  ...{ seed: 5, graph, neighborhoods: exactNeighborhoods(graph, { neighborCount: 5 }), layers: 1, poolWeight: 1 },
  ...{ saveDropout: 0, batchBoards: 8, batchPairs: 0, heldOutShare: 0.3, negativeCount: 5, hardNegatives: 0 },
  loss: 'softmax' as const,
};

/** What is opened, with something to do in it. */
interface Opened {
  readonly pool: { close(): Promise<void> };
  readonly work: () => Promise<unknown>;
}

function openWalks(): Opened {
  const worker = new URL('../../graph/sampled-neighborhoods.worker.js', import.meta.url);
  const pool = new SlicePool({ worker, workerData: prepareWalk(graph), threads: 1, where: 'walks' });
  const options = { neighborCount: 3, walkSteps: 10, restartProbability: 0.5, seed: 1 };
  return { pool, work: () => pool.run({ from: 0, to: 2, options }) };
}

/** What takes long to load, so that it is not opened as often. */
const heavy: readonly (() => Opened)[] = [
  () => {
    const pool = BatchPrefetcher.open(source, { isAhead: true });
    return { pool, work: () => pool.draw(0) };
  },
  () => {
    const worker = new URL('../../train/content/pictures.worker.js', import.meta.url);
    const pool = new SlicePool({ worker, threads: 2, where: 'pictures' });
    return { pool, work: () => pool.run({ from: 0, pictures: [undefined] }) };
  },
  () => {
    const pool = ScoringPool.open({ graph, matrices: new Map() }, 2);
    return { pool, work: () => pool.related(Uint32Array.of(0), 3) };
  },
];

async function openAndClose(n: number): Promise<void> {
  const { pool, work } = (n % 20 === 0 ? (heavy[(n / 20) % heavy.length] ?? openWalks) : openWalks)();
  const wait = randomInteger(random, 3);
  const working = wait === 2 ? Promise.allSettled([work(), work(), work()]) : undefined;
  if (wait === 1) await new Promise((resolve) => setTimeout(resolve, randomInteger(random, 30)));
  await pool.close();
  await working;
}

/** Some at a time, as threads that start mostly wait. */
let next = 0;
const lane = async (): Promise<void> => {
  while (next < (count ?? 1)) await openAndClose(next++);
};
await Promise.all(Array.from({ length: 8 }, lane));
