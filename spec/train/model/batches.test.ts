import t from 'tap';
import { syntheticSaves } from '../../../data/synthetic.js';
import { type BipartiteGraph, buildGraph } from '../../../graph/bipartite-graph.js';
import { degree, hasNeighbor, rowsOf } from '../../../graph/compressed-rows.js';
import { exactNeighborhoods } from '../../../graph/exact-neighborhoods.js';
import { BatchSampler, MASKED, type BatchSource, type TrainingBatch } from '../../../train/model/batches.js';
import { adjustmentOf, entries, hiddenPairs, pinsOf } from './naive-model.js';
import { farthest, graphOf } from '../small-world.js';

/** Degrees 1 2 3 2 2 0; every board has two pins or more. */
const sixPins = graphOf(
  [
    [0, 1, 2],
    [1, 2, 3],
    [3, 4],
    [2, 4],
  ],
  6,
);

function sourceOf(graph: BipartiteGraph, given: Partial<BatchSource> = {}): BatchSource {
  return {
    seed: 1,
    graph,
    neighborhoods: exactNeighborhoods(graph, { neighborCount: 3 }),
    layers: 2,
    poolWeight: 0.5,
    saveDropout: 0,
    loss: 'softmax',
    batchBoards: 16,
    batchPairs: 0,
    heldOutShare: 0.3,
    negativeCount: 10,
    hardNegatives: 0,
    ...given,
  };
}

function world(size = { pinCount: 80, boardCount: 50, saveCount: 400 }): BipartiteGraph {
  return buildGraph(syntheticSaves({ ...size, seed: 2 }).collection.saves, size);
}

function sorted(values: Iterable<number>): number[] {
  return [...values].sort((a, b) => a - b);
}

function boardPins(graph: BipartiteGraph, board: number): number[] {
  return entries(graph.pinsOfBoard, board).map(([pin]) => pin);
}

t.test('an epoch asks with every board of two saves or more once, each epoch in another order', (t) => {
  const graph = graphOf([[0, 1], [2], [2, 3, 4], [], [0, 4], [1, 3], [2, 5]], 6);
  const sampler = new BatchSampler(sourceOf(graph, { batchBoards: 2 }));
  t.equal(sampler.boardCount, 5);
  t.equal(sampler.stepsPerEpoch, 3);
  const orders = [0, 1].map((epoch) =>
    [0, 1, 2].flatMap((step) => {
      const batch = sampler.draw(3 * epoch + step);
      return Array.from({ length: batch.queryCount }, (_, q) => {
        const { inputs, targets } = pinsOf(batch, q);
        return sorted([...inputs, ...targets]).join();
      });
    }),
  );
  for (const order of orders) t.same([...order].sort(), ['0,1', '0,4', '1,3', '2,3,4', '2,5']);
  t.notSame(orders[0], orders[1]);
  t.end();
});

t.test('a board is parted into inputs and targets, at least one of each', (t) => {
  const graph = world();
  for (const heldOutShare of [0.01, 0.5, 0.9]) {
    const batch = new BatchSampler(sourceOf(graph, { heldOutShare, batchBoards: 50 })).draw(0);
    const boards = Array.from({ length: 50 }, (_, board) => boardPins(graph, board).join());
    for (let q = 0; q < batch.queryCount; q++) {
      const { inputs, targets } = pinsOf(batch, q);
      t.ok(inputs.length > 0 && targets.length > 0);
      t.ok(boards.includes(sorted([...inputs, ...targets]).join()), 'together they are a board, none twice');
    }
  }
  t.end();
});

t.test('heldOutShare is the share of saves that become targets', (t) => {
  const graph = graphOf([Array.from({ length: 4000 }, (_, pin) => pin)], 4000);
  const source = sourceOf(graph, { heldOutShare: 0.3, layers: 0, neighborhoods: emptyRows(4000) });
  const { targets } = pinsOf(new BatchSampler(source).draw(0), 0);
  t.ok(Math.abs(targets.length - 1200) < 4 * Math.sqrt(4000 * 0.3 * 0.7), `${targets.length} of 4000`);
  t.end();
});

t.test('candidates are seen pins, ascending, each once, with every target among them', (t) => {
  const graph = graphOf(
    [
      [9, 1, 5],
      [5, 7],
      [3, 1],
    ],
    12,
  );
  const sampler = new BatchSampler(sourceOf(graph, { negativeCount: 40 }));
  const { candidates } = sampler.draw(0);
  t.same([...candidates], [1, 3, 5, 7, 9], '40 draws of 5 seen pins find them all; unseen pins never compete');
  t.end();
});

t.test('own inputs are masked, own targets unadjusted, all else corrected by -log of the chance to compete', (t) => {
  const graph = world();
  const source = sourceOf(graph, { negativeCount: 30, batchPairs: 6 });
  const sampler = new BatchSampler(source);
  const seen = Array.from({ length: 80 }, (_, pin) => degree(graph.boardsOfPin, pin)).filter((d) => d > 0).length;
  for (let step = 0; step < sampler.stepsPerEpoch; step++) {
    const batch = sampler.draw(step);
    const boardCount = batch.queryCount - 6;
    for (let q = 0; q < batch.queryCount; q++) {
      const { inputs, targets } = pinsOf(batch, q);
      const expected = Array.from(batch.candidates, (pin) => {
        if (targets.includes(pin)) return 0;
        const perSave = (0.3 * boardCount) / graph.boardCount + 6 / graph.saveCount;
        const times = 30 / seen + perSave * degree(graph.boardsOfPin, pin);
        return (inputs.includes(pin) ? MASKED : 0) - Math.log(1 - Math.exp(-times));
      });
      t.ok(farthest(adjustmentOf(batch, q), expected) < 1e-5, `step ${step}, query ${q}`);
    }
  }
  t.end();
});

t.test(
  'with as many negatives as there are seen pins all of them compete, uncorrected; to a binary loss a target is one yes',
  (t) => {
    const graph = world();
    const seen = [...Array(80).keys()].filter((pin) => degree(graph.boardsOfPin, pin) > 0);
    const batch = new BatchSampler(sourceOf(graph, { negativeCount: seen.length, loss: 'binary' })).draw(0);
    t.same([...batch.candidates], seen);
    t.ok(batch.correction.every((value) => value === 0));
    t.ok(batch.targets.weights?.every((weight) => Math.abs(weight - 1 / batch.queryCount) < 1e-7));
    for (let q = 0; q < batch.queryCount; q++) {
      const { inputs } = pinsOf(batch, q);
      const expected = seen.map((pin) => (inputs.includes(pin) ? MASKED : 0));
      t.ok(farthest(adjustmentOf(batch, q), expected) < 1e-5);
    }
    const fewer = new BatchSampler(sourceOf(graph, { negativeCount: seen.length - 1 })).draw(0);
    t.ok(fewer.correction.every((value) => value > 0));
    t.end();
  },
);

t.test('the correction is that of a hand calculation on six pins', (t) => {
  // 4 draws of 5 seen pins and all 4 boards, half withheld: a pin of degree d competes .8 + d / 2 times.
  const batch = new BatchSampler(sourceOf(sixPins, { negativeCount: 4, heldOutShare: 0.5, batchBoards: 4 })).draw(0);
  const byDegree = [NaN, 0.318185, 0.180682, 0.105648];
  const degrees = [1, 2, 3, 2, 2, 0];
  let checked = 0;
  for (let q = 0; q < 4; q++) {
    const { inputs, targets } = pinsOf(batch, q);
    batch.candidates.forEach((pin, c) => {
      if (inputs.includes(pin) || targets.includes(pin)) return;
      checked++;
      const got = Number(adjustmentOf(batch, q)[c]);
      t.ok(Math.abs(got - Number(byDegree[Number(degrees[pin])])) < 1e-6, `pin ${pin}`);
    });
  }
  t.ok(checked > 0);
  t.end();
});

t.test("a query's targets weigh count^1/4 together, shared equally, over the number of queries", (t) => {
  const batch = new BatchSampler(sourceOf(world(), { heldOutShare: 0.6, batchPairs: 3 })).draw(0);
  for (let q = 0; q < batch.queryCount; q++) {
    const weights = entries(batch.targets, q).map(([, weight]) => weight);
    const share = weights.length ** 0.25 / weights.length / batch.queryCount;
    t.ok(
      farthest(
        weights,
        weights.map(() => share),
      ) < 1e-7,
    );
  }
  t.end();
});

t.test('input pins and candidates pool their own row at weight 1 and their neighborhood at poolWeight', (t) => {
  for (const poolWeight of [0, 0.5]) {
    const source = sourceOf(world(), { poolWeight });
    const batch = new BatchSampler(source).draw(0);
    for (const [poolingPins, { table: pins, rows }] of [
      [batch.inputPins, batch.queryPool],
      [batch.candidates, batch.targetPool],
    ] as const) {
      t.equal(new Set(pins).size, pins.length);
      poolingPins.forEach((pin, n) => {
        const got = entries(rows, n).map(([row, weight]) => [pins[row], weight]);
        const near = entries(source.neighborhoods, pin).map(([neighbor, weight]) => [
          neighbor,
          Math.fround(0.5 * weight),
        ]);
        t.same(got, [[pin, 1], ...(poolWeight > 0 ? near : [])]);
      });
    }
  }
  t.end();
});

t.test('each layer holds the neighborhoods of its nodes, and its nodes are a prefix of the layer below', (t) => {
  const source = sourceOf(world(), { batchPairs: 3 });
  for (const layers of [1, 2, 3]) {
    for (const saveDropout of [0, 0.3]) {
      const batch = new BatchSampler({ ...source, layers, saveDropout }).draw(1);
      const hidden = hiddenPairs(batch);
      const cold = new Set(Array.from(batch.coldNodes, (node) => Number(batch.nodes[node])));
      t.equal(batch.layers.length, layers);
      t.equal(new Set(batch.nodes).size, batch.nodes.length);
      let hiddenCount = 0;
      for (const { rowCount, neighborhoods } of batch.layers) {
        t.equal(neighborhoods.offsets.length, rowCount + 1);
        for (let row = 0; row < rowCount; row++) {
          const pin = Number(batch.nodes[row]);
          const all = entries(source.neighborhoods, pin);
          const shown = all.filter(([near]) => !cold.has(pin) && !hidden.has(`${pin},${near}`));
          hiddenCount += all.length - shown.length;
          const got = entries(neighborhoods, row);
          t.same(
            got.map(([node]) => batch.nodes[node]),
            shown.map(([near]) => near),
          );
          const left = shown.reduce((sum, [, weight]) => sum + weight, 0);
          const scaled = shown.map(([, weight]) => weight / left);
          t.ok(
            farthest(
              got.map(([, weight]) => weight),
              scaled,
            ) < 1e-6,
            'what is left of a neighborhood adds up to 1 again',
          );
        }
      }
      t.ok(hiddenCount > 0, 'some pairs of this batch are neighbors');
      const top = batch.nodes.subarray(0, batch.layers.at(-1)?.rowCount);
      t.same(
        batch.inputNodes.map((row) => top[row] ?? NaN),
        batch.inputPins,
      );
      t.same(
        batch.candidateNodes.map((row) => top[row] ?? NaN),
        batch.candidates,
      );
      const [lowest] = batch.layers;
      const read = lowest?.neighborhoods.neighbors ?? [];
      t.equal(Math.max(...read, Number(lowest?.rowCount) - 1), batch.nodes.length - 1, 'no node that no layer reads');
    }
  }
  t.end();
});

t.test('a board of ten thousand pins is drawn like any other', (t) => {
  const graph = graphOf([Array.from({ length: 10_000 }, (_, pin) => pin)], 10_000);
  const batch = new BatchSampler(sourceOf(graph, { neighborhoods: emptyRows(10_000), layers: 1 })).draw(0);
  t.equal(batch.inputPins.length + batch.targets.neighbors.length, 10_000);
  t.end();
});

t.test(
  'a share of the pins of a step is shown by content alone: no learned row, no pooled rows, no neighborhood',
  (t) => {
    const graph = world();
    const batch = new BatchSampler(sourceOf(graph, { saveDropout: 0.3, batchBoards: 50, negativeCount: 60 })).draw(0);
    const cold = new Set(Array.from(batch.coldNodes, (node) => Number(batch.nodes[node])));
    const pins = new Set([...batch.inputPins, ...batch.candidates]);
    t.ok([...cold].every((pin) => pins.has(pin)));
    t.ok(Math.abs(cold.size - 0.3 * pins.size) < 4 * Math.sqrt(0.21 * pins.size), `${cold.size} of ${pins.size}`);
    const emptyRows = ({ rows }: TrainingBatch['queryPool']): boolean[] =>
      Array.from({ length: rows.offsets.length - 1 }, (_, n) => entries(rows, n).length === 0);
    t.same(
      emptyRows(batch.queryPool),
      Array.from(batch.inputPins, (pin) => cold.has(pin)),
    );
    t.same(
      emptyRows(batch.targetPool),
      Array.from(batch.candidates, (pin) => cold.has(pin)),
    );
    const { queryPool } = new BatchSampler(sourceOf(graph, { saveDropout: 1, layers: 0 })).draw(0);
    t.notOk(emptyRows(queryPool).includes(true), 'without a network nothing could stand in for the rows');
    t.end();
  },
);

t.test(
  'input pins and candidates sum their terms, cold ones too; without a network only pins that say something are',
  (t) => {
    const graph = world();
    const terms = {
      rows: {
        offsets: Uint32Array.from({ length: 81 }, (_, pin) => 2 * Math.ceil(pin / 2)), // every other pin has two terms
        neighbors: Uint32Array.from({ length: 80 }, (_, i) => (7 * i) % 9),
        weights: Float32Array.from({ length: 80 }, (_, i) => 1 + i / 8),
      },
      termCount: 9,
    };
    const batch = new BatchSampler(sourceOf(graph, { terms, layers: 0, saveDropout: 0.5, negativeCount: 60 })).draw(0);
    for (const [pins, said, pool] of [
      [batch.inputPins, batch.queryTerms, batch.queryPool],
      [batch.candidates, batch.targetTerms, batch.targetPool],
    ] as const) {
      t.same(said?.table, Uint32Array.from(sorted(new Set(said?.table))), 'each term once, ascending');
      let coldCount = 0;
      pins.forEach((pin, n) => {
        const got = said ? entries(said.rows, n).map(([row, weight]) => [said.table[row], weight]) : [];
        t.same(got, entries(terms.rows, pin));
        const isCold = entries(pool.rows, n).length === 0;
        if (isCold) coldCount++;
        t.notOk(isCold && got.length === 0, 'nothing would stand in for its rows');
      });
      t.ok(coldCount > 0 && coldCount < pins.length / 2, `${coldCount} of ${pins.length}`);
    }
    const { queryTerms } = new BatchSampler(sourceOf(graph)).draw(0);
    t.equal(queryTerms, undefined);
    t.end();
  },
);

t.test('without layers there are no nodes', (t) => {
  const batch = new BatchSampler(sourceOf(world(), { layers: 0 })).draw(0);
  t.same([batch.nodes.length, batch.layers.length, batch.inputNodes.length, batch.candidateNodes.length], [0, 0, 0, 0]);
  t.end();
});

t.test('a batch depends on seed and step alone', (t) => {
  const source = sourceOf(world(), { batchPairs: 5, hardNegatives: 4 });
  const inOrder = new BatchSampler(source);
  const batches = [0, 1, 2, 3, 4, 5].map((step) => inOrder.draw(step));
  const jumping = new BatchSampler(source);
  for (const step of [5, 0, 3, 3]) t.same(jumping.draw(step), batches[step]);
  t.notSame(new BatchSampler({ ...source, seed: 2 }).draw(0), batches[0]);
  t.notSame(batches[1], batches[0]);
  t.end();
});

t.test('a pair is two pins of one board, and asks for the one with the other', (t) => {
  const graph = graphOf([[0, 1], [2, 3, 4], [5]], 7);
  const sampler = new BatchSampler(sourceOf(graph, { batchBoards: 1, batchPairs: 400 }));
  const batch = sampler.draw(0);
  t.equal(batch.queryCount, 401);
  let small = 0;
  for (let q = 1; q < batch.queryCount; q++) {
    const { inputs, targets } = pinsOf(batch, q);
    const [[input = NaN], [target = NaN]] = [inputs, targets];
    t.equal(inputs.length + targets.length, 2);
    t.not(input, target);
    const shared = [0, 1].find((board) => [input, target].every((pin) => hasNeighbor(graph.pinsOfBoard, board, pin)));
    t.not(shared, undefined, 'pins 5 and 6 have no partner');
    if (shared === 0) small++;
  }
  // A save and another of its board, drawn again when they are the same: 2/6 * 1/2 against 3/6 * 2/3.
  t.ok(Math.abs(small / 400 - 1 / 3) < 0.1, `${small} of 400`);
  t.end();
});

t.test('without boards a step is pin pairs alone, and an epoch has as many pairs as boards', (t) => {
  const graph = world();
  const sampler = new BatchSampler(sourceOf(graph, { batchBoards: 0, batchPairs: 8 }));
  t.equal(sampler.stepsPerEpoch, Math.ceil(sampler.boardCount / 8));
  const batch = sampler.draw(1);
  t.equal(batch.queryCount, 8);
  t.equal(batch.inputs.neighbors.length, 8, 'one input each');
  t.ok(batch.correction.every(Number.isFinite));
  t.end();
});

t.test('hard negatives: none in epoch 0, n times hardNegatives in epoch n, from a band of walk ranks', (t) => {
  const size = { pinCount: 1500, boardCount: 300, saveCount: 6000 };
  const source = sourceOf(world(size), {
    negativeCount: 1,
    layers: 0,
    batchBoards: 10,
    neighborhoods: emptyRows(1500),
  });
  const extra = (hardNegatives: number, epoch: number): number => {
    const sampler = new BatchSampler({ ...source, hardNegatives });
    const batch = sampler.draw(epoch * sampler.stepsPerEpoch);
    const targets = new Set(Array.from({ length: batch.queryCount }, (_, q) => pinsOf(batch, q).targets).flat());
    return batch.candidates.length - targets.size;
  };
  for (const hardNegatives of [0, 1, 40, 1000]) t.ok(extra(hardNegatives, 0) <= 1, 'epoch 0');
  t.ok(extra(1, 1) <= 2, 'one hard negative is one');
  t.ok(extra(1, 2) <= 3);
  t.ok(extra(40, 1) > 20 && extra(40, 1) <= 41, `40 wanted, ${extra(40, 1)} distinct`);
  t.ok(extra(40, 3) > 60 && extra(40, 3) <= 121, `120 wanted, ${extra(40, 3)} distinct`);
  t.end();
});

t.test('data from which nothing can be learned is refused', (t) => {
  t.throws(() => new BatchSampler(sourceOf(graphOf([[0], [1], []], 3))), {
    code: 'INPUT_INVALID',
    message: 'train: at least one board must keep 2 saves to learn from (got 2 saves of 3 boards); bring more saves',
  });
  t.end();
});

t.test('rowsOf picks rows in the order asked for, weights 1 where there are none', (t) => {
  const rows = { offsets: Uint32Array.of(0, 2, 2, 3), neighbors: Uint32Array.of(4, 5, 6) };
  t.same(rowsOf(rows, Uint32Array.of(2, 1, 0)), {
    offsets: Uint32Array.of(0, 1, 1, 3),
    neighbors: Uint32Array.of(6, 4, 5),
    weights: Float32Array.of(1, 1, 1),
  });
  const weighted = { ...rows, weights: Float32Array.of(0.1, 0.2, 0.3) };
  t.same(rowsOf(weighted, Uint32Array.of(0)).weights, Float32Array.of(0.1, 0.2));
  t.end();
});

function emptyRows(rowCount: number): { offsets: Uint32Array; neighbors: Uint32Array } {
  return { offsets: new Uint32Array(rowCount + 1), neighbors: new Uint32Array(0) };
}
