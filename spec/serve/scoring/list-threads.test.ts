import { setTimeout as after } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { openSnapshot, type Snapshot } from '../../../serve/snapshot.js';
import { ListThreads, type ListThreadsOptions } from '../../../serve/scoring/list-threads.js';
import { boardIds, pinIds, writeTinyGeneration } from '../world.js';
import { serve } from '../server.js';
import { strategies } from '../../../train/ranking/settings.js';

t.test('threads make the lists that the thread which asks would make, byte for byte', async (t) => {
  const file = writeTinyGeneration();
  const alone = openSnapshot(file).recommender;
  const { recommender } = (await withThreads(t, file)).snapshot;
  for (const strategy of strategies) {
    for (const id of pinIds) {
      const options = { strategy, exclude: ['sun'] };
      t.same(await recommender.similarPins(id, 5, options), await alone.similarPins(id, 5, options));
    }
    for (const id of boardIds) {
      t.same(
        await recommender.recommendForBoard(id, 5, { strategy }),
        await alone.recommendForBoard(id, 5, { strategy }),
      );
    }
    const asked = [[{ id: 'sun', weight: 3 }, { id: 'cloud' }], 4, { strategy, negatives: ['drum'] }] as const;
    t.same(await recommender.recommendForPins(...asked), await alone.recommendForPins(...asked));
  }
});

t.test('more lists than can be ready in time are refused at once', async (t) => {
  const { threads } = await withThreads(t, writeTinyGeneration(), { threads: 1, deadlineMs: 2000 });
  const query = { pins: Uint32Array.of(0) };
  const task = { kind: 'pins', strategy: 'fused', query, k: 3, excluded: Uint32Array.of(0) } as const;
  await threads.make(task).catch(() => undefined); // what a list takes is known
  const asked = Array.from({ length: 60_000 }, () => threads.make(task).then(() => 'list', codeOf));
  const outcomes = await Promise.all(asked);
  t.ok(outcomes.includes('list'), 'some are made');
  t.ok(outcomes.includes('OVERLOADED'), 'others are refused');
  t.same([...new Set(outcomes)].sort(), ['OVERLOADED', 'list']);
  const later = await Promise.allSettled([threads.make(task)]);
  t.match(later, [{ status: 'fulfilled', value: { pins: { length: 3 } } }], 'and afterwards all is as before');
});

t.test('a list whose caller has gone is not begun', async (t) => {
  const { threads } = await withThreads(t, writeTinyGeneration(), { threads: 1, deadlineMs: 60_000 });
  const query = { pins: Uint32Array.of(0) };
  const task = { kind: 'pins', strategy: 'fused', query, k: 3, excluded: Uint32Array.of(0) } as const;
  const gone = new AbortController();
  const outcomes: string[] = [];
  const first = threads.make(task).then(() => outcomes.push('first'));
  const second = threads.make(task, gone.signal).catch(() => outcomes.push('second given up'));
  const third = threads.make(task).then(() => outcomes.push('third'));
  gone.abort();
  await Promise.all([first, second, third]);
  t.same(outcomes, ['second given up', 'first', 'third']);
  await t.rejects(threads.make(task, AbortSignal.abort(new Error('left before'))), { message: 'left before' });
});

t.test('overload is told with 503 and when to ask again', async (t) => {
  const { snapshot } = await withThreads(t, writeTinyGeneration(), { threads: 1, deadlineMs: 1 });
  const { get } = await serve(t, snapshot);
  const answers = await Promise.all(Array.from({ length: 200 }, () => get('/v1/pins/umbrella/related?limit=1')));
  const refused = answers.find(({ status }) => status === 503);
  t.match(refused?.body, { code: 'OVERLOADED', detail: /a list must be ready within 1 ms \(got .*ask again/ });
  t.equal(refused?.headers.get('retry-after'), '1');
  t.ok(answers.every(({ status }) => status === 200 || status === 503));
});

t.test('while threads score, health answers', async (t) => {
  const { snapshot } = await withThreads(t, writeTinyGeneration());
  const { get } = await serve(t, snapshot);
  let isDone = false;
  const lists = Promise.all(Array.from({ length: 50 }, () => get('/v1/pins/umbrella/related'))).then(
    () => (isDone = true),
  );
  while (!isDone) {
    t.equal((await get('/health/live')).status, 200);
    await after(0);
  }
  await lists;
});

async function withThreads(
  t: Test,
  file: string,
  options: ListThreadsOptions = { threads: 2, deadlineMs: 60_000 },
): Promise<{ snapshot: Snapshot; threads: ListThreads }> {
  let threads: ListThreads | undefined;
  const snapshot = openSnapshot(file, { lists: (parts) => (threads = new ListThreads(parts, options)) });
  if (!threads) throw new Error('openSnapshot must ask for lists');
  await threads.ready();
  t.teardown(async () => {
    await threads?.close();
    snapshot.close();
  });
  return { snapshot, threads };
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? String(error);
}
