/** What a report's figures are computed from, each against values by hand. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import t from 'tap';
import { syntheticSaves } from '../../../data/synthetic.js';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import { checkConfig } from '../../../train/config.js';
import { commandOf } from '../../../train/report/provenance.js';
import { cosineDistribution } from '../../../train/report/cosine-distribution.js';
import { recallByDegree } from '../../../train/report/degree-groups.js';
import { differencesFrom, sentenceOf, verdictOf } from '../../../train/report/differences.js';
import { exampleCount, findExamples } from '../../../train/report/examples.js';
import { readAblation } from '../../../train/report/ablation-file.js';
import { learningCurves, mostPoints } from '../../../train/report/learning-curves.js';
import { pictureUri } from '../../../train/report/picture-uri.js';
import { boardQueries, modelQueries, pinQueries } from './sample.js';

t.test('recallByDegree parts withheld saves by degree and counts hits in each part', (t) => {
  const groups = recallByDegree(boardQueries);
  t.same(
    groups.map(({ name, from, to, saveCount }) => [name, from, to, saveCount]),
    [
      ['tail', 1, 1, 2],
      ['middle', 5, 5, 2],
      ['head', 90, 90, 2],
    ],
  );
  const shares = (model: string): unknown[] => groups.map(({ recalls }) => recalls.get(model)?.mean);
  t.same(shares('pinwalk'), [0.5, 1, 1]);
  t.same(shares('walk'), [0, 0, 1]);
  // tail, pinwalk: boards b0 (0 of 1) and b2 (1 of 1): sqrt(.25 + .25) / 2
  t.equal(groups[0]?.recalls.get('pinwalk')?.standardError, Math.sqrt(0.5) / 2);
  t.equal(groups[2]?.recalls.get('walk')?.standardError, 0);
  t.end();
});

t.test('recallByDegree keeps pins of one degree together', (t) => {
  const same = { ...boardQueries, degrees: boardQueries.degrees.map((row) => row.map(() => 4)) };
  const groups = recallByDegree(same);
  t.same(
    groups.map(({ name, from, to, saveCount }) => [name, from, to, saveCount]),
    [['tail', 4, 4, 6]],
  );
  t.equal(groups[0]?.recalls.get('pinwalk')?.mean, 5 / 6);
  t.end();
});

t.test('differencesFrom says in words who is better', (t) => {
  const [boards, pins, ...none] = differencesFrom('pinwalk', [boardQueries, pinQueries], 1);
  t.same(none, []);
  t.match(boards, { task: 'boardIdeas', metric: 'recall@20', model: 'pinwalk', other: 'walk', difference: 0.5 });
  t.match(pins, { task: 'relatedPins', metric: 'hitRate@10', difference: -2 / 3 });
  const test = {
    task: 'boardIdeas',
    metric: 'recall@20',
    model: 'pinwalk',
    other: 'walk',
    standardError: 0.002,
  } as const;
  t.equal(
    sentenceOf({ ...test, difference: 0.0374, low: 0.0331, high: 0.0417, pValue: 0.0005 }),
    'pinwalk is better than walk by .0374 (95 % interval .0331 to .0417, p < .001).',
  );
  t.equal(
    sentenceOf({ ...test, difference: -0.01, low: -0.019, high: -0.001, pValue: 0.03 }),
    'pinwalk is worse than walk by .0100 (95 % interval .0010 to .0190, p = .030).',
  );
  t.equal(
    sentenceOf({ ...test, difference: -0.001, low: -0.004, high: 0.002, pValue: 0.5 }),
    'pinwalk and walk cannot be told apart: the difference is -.0010 (95 % interval -.0040 to +.0020, p = .500).',
  );
  t.equal(verdictOf({ difference: 0.1, low: 0, high: 0.2, pValue: 0.05, standardError: 0.1 }), 'open');
  t.same(differencesFrom('nobody', [boardQueries], 1), []);
  t.end();
});

t.test('differencesFrom finds no difference where there is none', (t) => {
  const values = Array.from({ length: 50 }, (_, n) => n % 2);
  const hits = values.map((value) => [value]);
  const models = new Map([
    ['pinwalk', modelQueries(values, hits)],
    ['walk', modelQueries([...values].reverse(), hits)],
  ]);
  const [test] = differencesFrom('pinwalk', [{ ...boardQueries, models }], 1);
  t.equal(test?.difference, 0);
  t.match(test && sentenceOf(test), /cannot be told apart/);
  t.end();
});

t.test('learningCurves reads steps and epochs; of a step that stands twice the later line holds', (t) => {
  const lines = [
    { at: 'x', step: 1, epoch: 0, loss: 9 },
    { at: 'x', step: 2, epoch: 0, loss: 8 },
    { at: 'x', step: 2, epoch: 0, validation: 0.1 },
    { at: 'x', step: 2, epoch: 0, loss: 7 },
    { at: 'x', step: 2, epoch: 0, validation: 0.2 },
  ];
  t.same(learningCurves(lines.map((line) => `${JSON.stringify(line)}\n`).join('')), {
    loss: [
      { step: 1, value: 9 },
      { step: 2, value: 7 },
    ],
    validation: [{ step: 2, value: 0.2 }],
  });
  t.same(learningCurves(''), { loss: [], validation: [] });
  const torn = '{"step":1,"loss":2}\n{"step":2,"lo{"step":3,"loss":4}\n\0\0\n7\n';
  t.same(learningCurves(torn).loss, [{ step: 1, value: 2 }], 'what a crash tore is left out');
  t.end();
});

t.test('learningCurves takes means over stretches where there are many steps', (t) => {
  const text = Array.from({ length: 10 * mostPoints }, (_, n) => JSON.stringify({ step: n + 1, loss: n })).join('\n');
  const { loss } = learningCurves(text);
  t.equal(loss.length, mostPoints);
  t.same(loss[0], { step: 10, value: 4.5 });
  t.same(loss.at(-1), { step: 10 * mostPoints, value: 10 * mostPoints - 5.5 });
  t.end();
});

t.test('cosineDistribution tells a collapse from vectors that point everywhere', (t) => {
  const across = { rows: 4, columns: 2, values: Float32Array.of(1, 0, 0, 1, 1, 0, 0, 0) };
  const distribution = cosineDistribution(across, { seed: 1, pairCount: 3000 });
  // Of the pairs of three vectors one is parallel, two at right angles; the zero row is not drawn.
  t.ok(Math.abs((distribution?.mean ?? NaN) - 1 / 3) < 0.03, `${distribution?.mean}`);
  t.equal(
    distribution?.bins.reduce((sum, count) => sum + count, 0),
    3000,
  );
  t.same(
    distribution?.bins.flatMap((count, n) => (count > 0 ? [n] : [])),
    [20, 39],
  );
  const one = { rows: 3, columns: 2, values: Float32Array.of(0.6, 0.8, 0.6, 0.8, 0.6, 0.8) };
  t.match(cosineDistribution(one, { seed: 1, pairCount: 9 })?.mean.toFixed(6), '1.000000');
  t.equal(cosineDistribution({ rows: 2, columns: 1, values: Float32Array.of(0, 1) }, { seed: 1 }), undefined);
  t.same(cosineDistribution(across, { seed: 5 }), cosineDistribution(across, { seed: 5 }));
  t.end();
});

t.test('pictureUri takes small SVG as it is, makes others small, and refuses what is no picture', async (t) => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>');
  t.equal(await pictureUri(svg), `data:image/svg+xml;base64,${svg.toString('base64')}`);
  const large = await sharp({ create: { width: 900, height: 300, channels: 3, background: '#aa3322' } })
    .png()
    .toBuffer();
  const uri = (await pictureUri(large)) ?? '';
  t.match(uri, /^data:image\/webp;base64,/);
  const { width, height } = await sharp(Buffer.from(uri.split(',')[1] ?? '', 'base64')).metadata();
  t.same([width, height], [160, 53]);
  t.equal(await pictureUri(Buffer.from('no picture')), undefined);
});

t.test('findExamples draws pins from each third by degree and lists others, best first', async (t) => {
  const { collection } = syntheticSaves({ pinCount: 60, boardCount: 40, saveCount: 300, seed: 3 });
  const graph = buildGraph(collection.saves, { pinCount: 60, boardCount: 40 });
  const parts = { graph, matrices: new Map<string, never>() };
  const examples = await findExamples(parts, collection, 1);
  t.equal(examples.length, exampleCount);
  const degrees = examples.map(({ pin }) => pin.boardCount);
  t.same(
    degrees,
    [...degrees].sort((a, b) => b - a),
  );
  t.equal(new Set(examples.map(({ pin }) => pin.id)).size, exampleCount);
  for (const { pin, related } of examples) {
    t.ok(related.length > 0 && related.length <= 8);
    t.notOk(related.some(({ id }) => id === pin.id));
  }
  t.same(await findExamples(parts, collection, 1), examples, 'the same seed draws the same');
});

t.test('commandOf names what is not the default, and words that a shell would part in quotes', (t) => {
  const provenance = { source: {}, reportText: '', backend: 'wasm' };
  t.equal(commandOf(checkConfig({ workers: 2 }), provenance), 'npm run train -- --seed 1 --backend wasm');
  const source = { folder: "/my data/it's", vectors: '/v.npy' };
  t.equal(
    commandOf(checkConfig({ seed: 4, batchPairs: 100, titles: false }), { ...provenance, source }),
    `npm run train -- --data '/my data/it'\\''s' --vectors /v.npy --seed 4 --backend wasm --titles false --batch-pairs 100`,
  );
  t.end();
});

t.test('readAblation gives rows where there are any and refuses what is no ablation', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-ablation-'));
  t.equal(readAblation(folder), undefined);
  writeFileSync(path.join(folder, 'ladder.json'), '{"rows": []}');
  t.same(readAblation(folder), { rows: [] }, 'under its former name');
  writeFileSync(path.join(folder, 'ablation.json'), '{"row": 1}');
  t.throws(() => readAblation(folder), {
    code: 'INPUT_INVALID',
    message: /^ablation: .*ablation\.json must be as npm run ablate writes it \(got no list of rows\)$/,
  });
  t.end();
});
