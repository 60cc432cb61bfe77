import t from 'tap';
import { walkRates } from './walk.js';

t.test('the walk kernel and its twins in C come to the same visits', (t) => {
  const { rates } = walkRates({ pins: 2000, boards: 500, saves: 20_000, turns: 1, json: false });
  t.equal(rates[0]?.name, 'kernel');
  for (const { name, rates: turns } of rates) t.ok(turns.length === 1 && (turns[0] ?? 0) > 0, name);
  if (rates.length === 1) t.comment('no C compiler: the twins were left out');
  t.end();
});
