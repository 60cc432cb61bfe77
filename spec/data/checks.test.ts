import t from 'tap';
import { checkChoice, checkFraction, checkInteger, checkPositive, checkRow } from '../../data/checks.js';
import { shown } from '../../data/errors.js';

t.test('what is in range passes', (t) => {
  for (const value of [1, 2, 500]) checkInteger('list: k', value, 1, 500);
  checkInteger('list: k', 2 ** 40, 1);
  checkPositive('walk: a weight', 1e-46);
  for (const value of [0, 0.5, 1 - 2 ** -53]) checkFraction('walk: restartProbability', value);
  checkChoice('split: mode', 'time', ['time', 'random']);
  checkRow('walk: a pin row', 4, 5);
  t.pass('nothing was thrown');
  t.end();
});

t.test('what is out of range is refused with the range and the value', (t) => {
  const cases: readonly (readonly [() => void, string, string | RegExp])[] = [
    [
      () => checkInteger('list: k', 0, 1, 500),
      'OPTION_OUT_OF_RANGE',
      'list: k must be an integer from 1 to 500 (got 0)',
    ],
    [
      () => checkInteger('list: k', 501, 1, 500),
      'OPTION_OUT_OF_RANGE',
      'list: k must be an integer from 1 to 500 (got 501)',
    ],
    [() => checkInteger('list: k', 1.5, 1), 'OPTION_OUT_OF_RANGE', 'list: k must be an integer from 1 up (got 1.5)'],
    [
      () => checkInteger('list: k', Infinity, 1),
      'OPTION_OUT_OF_RANGE',
      'list: k must be an integer from 1 up (got Infinity)',
    ],
    [() => checkPositive('a weight', 0), 'OPTION_OUT_OF_RANGE', 'a weight must be a finite number above 0 (got 0)'],
    [() => checkPositive('a weight', NaN, 'NaN in save 3'), 'OPTION_OUT_OF_RANGE', /above 0 \(got NaN in save 3\)$/],
    [
      () => checkPositive('a weight', Infinity),
      'OPTION_OUT_OF_RANGE',
      'a weight must be a finite number above 0 (got Infinity)',
    ],
    [() => checkFraction('a share', 1), 'OPTION_OUT_OF_RANGE', 'a share must be at least 0 and below 1 (got 1)'],
    [() => checkFraction('a share', NaN), 'OPTION_OUT_OF_RANGE', 'a share must be at least 0 and below 1 (got NaN)'],
    [
      () => checkChoice('mode', 'tyme', ['time', 'random']),
      'OPTION_OUT_OF_RANGE',
      'mode must be one of time, random (got "tyme")',
    ],
    [() => checkRow('a pin row', 5, 5), 'ROW_OUT_OF_RANGE', 'a pin row must be from 0 to 4 (got 5)'],
    [() => checkRow('a pin row', -1, 5), 'ROW_OUT_OF_RANGE', 'a pin row must be from 0 to 4 (got -1)'],
    [() => checkRow('a pin row', 0, 0), 'ROW_OUT_OF_RANGE', 'a pin row must be one of none (got 0)'],
  ];
  for (const [check, code, message] of cases) t.throws(check, { code, message });
  t.end();
});

t.test('a value is shown as it was, cut after 80 characters', (t) => {
  t.equal(shown('x'), 'x');
  t.equal(shown({ a: 1 }), '{"a":1}');
  t.equal(shown(undefined), 'nothing');
  t.equal(shown('x'.repeat(1e6)), `${'x'.repeat(80)}...`);
  t.end();
});
