import t from 'tap';
import { arrive, begin, lockStep, sleepUntilAll, sleepUntilBegun, waitForAll, wake } from '../../train/lock-step.js';

t.test('what has happened is not waited for', (t) => {
  const counters = lockStep();
  begin(counters);
  arrive(counters, 'computed');
  arrive(counters, 'computed');
  sleepUntilBegun(counters, 1);
  sleepUntilAll(counters, 'computed', 2);
  t.pass('neither slept');
  t.end();
});

t.test('all must arrive, at this phase', async (t) => {
  const counters = lockStep();
  let isOver = false;
  const waiting = waitForAll(counters, 'applied', { arrivals: 2, failure: () => undefined }).then(
    () => (isOver = true),
  );
  const turn = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 1));
  arrive(counters, 'applied');
  arrive(counters, 'computed');
  await turn();
  t.notOk(isOver, 'one has');
  arrive(counters, 'applied');
  await waiting;
  t.ok(isOver);
});

t.test('a failure ends the waiting, at once or when it happens', async (t) => {
  const counters = lockStep();
  const error = new Error('gone');
  await t.rejects(waitForAll(counters, 'computed', { arrivals: 1, failure: () => error }), error);
  const failures: Error[] = [];
  const waiting = waitForAll(counters, 'computed', { arrivals: 1, failure: () => failures[0] });
  failures.push(error);
  wake(counters);
  await t.rejects(waiting, error);
});
