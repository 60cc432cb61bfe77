import t from 'tap';
import { randomInteger, randomStream } from '../../../data/random.js';
import { SupervisedPairs } from '../../../train/model/supervised-pairs.js';

t.test('an input and a target of one query are a pair, either way round; of two queries they are none', (t) => {
  const pairs = new SupervisedPairs(6);
  const queries = [
    { inputs: [0, 1], targets: [2] },
    { inputs: [3], targets: [4] },
  ];
  pairs.with(queries, (partnersOf) => {
    t.ok(partnersOf(0)?.(2));
    t.ok(partnersOf(2)?.(1));
    t.notOk(partnersOf(0)?.(1), 'two inputs');
    t.notOk(partnersOf(0)?.(4), 'a target of another query');
    t.equal(partnersOf(5), undefined, 'in no query');
  });
  t.equal(
    pairs.with([], (partnersOf) => partnersOf(0)),
    undefined,
    'nothing is left of the queries before',
  );
  t.end();
});

t.test('pairs are those that a loop over all queries finds', (t) => {
  const random = randomStream(3, 'spec');
  const pairs = new SupervisedPairs(12);
  for (let round = 0; round < 20; round++) {
    const queries = Array.from({ length: 6 }, () => {
      const pins = [...new Set(Array.from({ length: 5 }, () => randomInteger(random, 12)))];
      return { inputs: pins.slice(0, 2), targets: pins.slice(2) };
    });
    pairs.with(queries, (partnersOf) => {
      for (let a = 0; a < 12; a++) {
        for (let b = 0; b < 12; b++) {
          const expected = queries.some(
            ({ inputs, targets }) =>
              (inputs.includes(a) && targets.includes(b)) || (targets.includes(a) && inputs.includes(b)),
          );
          if ((partnersOf(a)?.(b) ?? false) !== expected) t.fail(`round ${round}: ${a} and ${b}`);
        }
      }
    });
  }
  t.pass('20 rounds of 144 pairs');
  t.end();
});
