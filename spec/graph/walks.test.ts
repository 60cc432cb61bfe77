import t from 'tap';
import { collectionOf } from '../../data/collection-of.js';
import { randomStream } from '../../data/random.js';
import { ExactWalk } from '../../graph/exact-walk.js';
import { graphOfCollection, pinRow } from '../../graph/pin-board-graph.js';
import { Pixie } from '../../graph/pixie-walk.js';
import { prepareWalk, Walker } from '../../graph/random-walk.js';
import { importanceNeighborhoods } from '../../graph/sampled-neighborhoods.js';
import { exactWalk, neighborhoodOf, pixieWalk, randomWalk } from '../../graph/walks.js';

const boards = {
  wet: ['umbrella', 'rain'],
  storm: ['rain', 'thunder'],
  sky: ['sun', 'rain', 'thunder'],
  music: ['drum'],
};
const saves = Object.entries(boards).flatMap(([board, pins]) => pins.map((pin) => ({ board, pin })));
const graph = graphOfCollection(collectionOf(saves, { pins: [{ id: 'alone' }] }));
const row = (id: string): number => pinRow(graph, id);

t.test('randomWalk gives the visit counts of a Walker, best first, under ids', (t) => {
  const walker = new Walker(prepareWalk(graph));
  const options = { steps: 500, walkers: 4, restartProbability: 0.3 };
  walker.walk(pinRow(graph, 'umbrella'), { ...options, random: randomStream(3, 'spec') });
  const { pinIds, scores } = randomWalk(graph, 'umbrella', { ...options, rng: randomStream(3, 'spec') });
  t.same(
    [...scores],
    pinIds.map((id) => walker.counts[row(id)]),
  );
  t.same(
    [...scores],
    [...scores].sort((a, b) => b - a),
  );
  t.same([...pinIds].sort(), ['rain', 'sun', 'thunder']);
  t.equal(pinIds[0], 'rain');
  t.strictSame(randomWalk(graph, 'umbrella', { k: 1, ...options, rng: randomStream(3, 'spec') }).pinIds, ['rain']);
  t.strictSame(randomWalk(graph, 'umbrella'), randomWalk(graph, 'umbrella'), 'the default stream is seeded');
  for (const id of ['drum', 'alone']) t.strictSame(randomWalk(graph, id).pinIds, []);
  t.end();
});

t.test('pixieWalk gives the scores of a Pixie; a weight counts', (t) => {
  const pins = Uint32Array.of(row('umbrella'), row('sun'));
  const options = { steps: 3000, restartProbability: 0.4 };
  const found = new Pixie(graph).walkFrom({ pins, ...options, random: randomStream(5, 'spec') });
  const asked = pixieWalk(graph, ['umbrella', 'sun'], { ...options, rng: randomStream(5, 'spec') });
  t.strictSame(asked, { pinIds: Array.from(found.pins, (pin) => graph.pins.ids[pin]), scores: found.scores });
  t.equal(asked.pinIds[0], 'rain');
  const weighted = pixieWalk(graph, [{ id: 'umbrella', weight: 100 }, 'sun'], options);
  t.ok((weighted.scores[1] ?? 0) < (asked.scores[1] ?? 0), 'thunder lies near sun alone');
  t.end();
});

t.test('exactWalk gives the scores of an ExactWalk, less the query and the own board', (t) => {
  const out = new Float32Array(graph.pinCount);
  new ExactWalk(graph).scoreInto({ pins: Uint32Array.of(row('thunder')) }, out);
  const { pinIds, scores } = exactWalk(graph, 'thunder');
  t.strictSame(pinIds, ['rain', 'sun']);
  t.same(
    [...scores],
    pinIds.map((id) => out[row(id)]),
  );
  t.strictSame(exactWalk(graph, 'thunder', { ownBoard: 'sky' }).pinIds, ['rain']);
  t.strictSame(exactWalk(graph, ['rain', 'thunder'], { k: 1 }).pinIds, ['sun']);
  t.end();
});

t.test('neighborhoodOf reads a row of importance neighborhoods under ids', async (t) => {
  const options = { neighborCount: 2, walkSteps: 400, restartProbability: 0.5, seed: 1 };
  const neighborhoods = await importanceNeighborhoods(graph, options);
  const { pinIds, scores } = neighborhoodOf(graph, neighborhoods, 'umbrella');
  t.equal(pinIds.length, 2);
  t.equal(pinIds[0], 'rain');
  t.ok(Math.abs(scores.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-6);
  t.strictSame(neighborhoodOf(graph, neighborhoods, 'alone').pinIds, []);
});

t.test('walks name the id or option that is not right', (t) => {
  const refusals: [() => unknown, string, string | RegExp][] = [
    [() => randomWalk(graph, 'nobody'), 'NOT_FOUND', 'pin: the id must be in this graph (got "nobody")'],
    [() => pixieWalk(graph, ['sun', 'nobody']), 'NOT_FOUND', /got "nobody"/],
    [
      () => exactWalk(graph, 'sun', { ownBoard: 'none' }),
      'NOT_FOUND',
      'board: the id must be in this graph (got "none")',
    ],
    [() => randomWalk(graph, 'sun', { steps: 0 }), 'OPTION_OUT_OF_RANGE', /^randomWalk: steps must be .*\(got 0\)$/],
    [() => randomWalk(graph, 'sun', { k: 0 }), 'OPTION_OUT_OF_RANGE', /^randomWalk: k must be/],
    [() => randomWalk(graph, 'sun', { walkers: 0 }), 'OPTION_OUT_OF_RANGE', /^randomWalk: walkers must be/],
    [() => randomWalk(graph, 'sun', { restartProbability: 1 }), 'OPTION_OUT_OF_RANGE', /restartProbability/],
    [() => pixieWalk(graph, []), 'OPTION_OUT_OF_RANGE', /number of query pins must be .*\(got 0\)/],
    [() => pixieWalk(graph, 'sun', { k: 0.5 }), 'OPTION_OUT_OF_RANGE', /^pixieWalk: k must be/],
    [() => exactWalk(graph, 'sun', { k: 0 }), 'OPTION_OUT_OF_RANGE', /^exactWalk: k must be/],
    [() => exactWalk(graph, 'sun', { power: 0 }), 'OPTION_OUT_OF_RANGE', /power must be a finite number above 0/],
    [
      () => exactWalk(graph, [{ id: 'sun', weight: 0 }]),
      'OPTION_OUT_OF_RANGE',
      /a weight must be a finite number above 0/,
    ],
  ];
  for (const [ask, code, message] of refusals) t.throws(ask, { code, message });
  t.end();
});
