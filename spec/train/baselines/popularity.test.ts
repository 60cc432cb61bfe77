import t from 'tap';
import { popularity } from '../../../train/baselines/popularity.js';
import { sixPins } from '../ranking/random-graph.js';

t.test('popularity scores every query by the saves that pins have', (t) => {
  const scorer = popularity(sixPins());
  const saves = [1, 2, 3, 2, 2, 0];
  t.same([...scorer.scoreBoards(Uint32Array.of(3, 0))], [...saves, ...saves]);
  t.same([...scorer.scorePins(Uint32Array.of(5))], saves);
  t.end();
});
