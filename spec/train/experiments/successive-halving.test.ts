import t from 'tap';
import { byFigure, planRungs, promoted } from '../../../train/experiments/successive-halving.js';

t.test('each third of the trials goes on with three times the epochs', (t) => {
  const rungs = (trials: number, epochs: number): number[][] =>
    planRungs(trials, epochs).map(({ trialCount, epochs: budget }) => [trialCount, budget]);
  t.same(rungs(9, 9), [
    [9, 1],
    [3, 3],
    [1, 9],
  ]);
  t.same(rungs(27, 8), [
    [27, 1],
    [9, 3],
    [3, 8],
  ]);
  t.same(
    rungs(4, 8),
    [
      [4, 3],
      [1, 8],
    ],
    'fewer trials, fewer rungs',
  );
  t.same(rungs(100, 1), [[100, 1]], 'nothing to cut');
  t.same(rungs(2, 8), [[2, 8]]);
  t.same(
    rungs(243, 243).map(([trials]) => trials),
    [243, 81, 27, 9, 3, 1],
  );
  t.end();
});

t.test('the best go on; of equals the earlier, and never one that failed', (t) => {
  const trials = [0.3, undefined, 0.5, 0.3, 0.1].map((figure, trial) => ({ trial, figure }));
  t.same(promoted(trials, 2), [2, 0]);
  t.same(promoted(trials, 9), [2, 0, 3, 4]);
  t.same(
    byFigure(trials).map(({ trial }) => trial),
    [2, 0, 3, 4, 1],
  );
  t.same(promoted([{ trial: 0, figure: undefined }], 1), []);
  t.end();
});
