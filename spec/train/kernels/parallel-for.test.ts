import { Worker } from 'node:worker_threads';
import t from 'tap';
import { ParallelFor, jobBoard, type Job, type JobBoard } from '../../../train/kernels/parallel-for.js';

/** Threads at a board whose jobs are given as code over a shared Float64Array `sink`; ended when the test is. */
function startThreads(
  t: { teardown: (end: () => unknown) => void },
  count: number,
  given: { board: JobBoard; sink: Float64Array; jobs: string },
): Worker[] {
  const parallelFor = new URL('../../../train/kernels/parallel-for.js', import.meta.url).href;
  const code = `
    import { workerData } from 'node:worker_threads';
    const { board, sink, thread } = workerData;
    const { workAt } = await import(${JSON.stringify(parallelFor)});
    workAt(board, ${given.jobs}, thread);
  `;
  const url = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  const { board, sink } = given;
  return Array.from({ length: count }, (_, n) => {
    const thread = new Worker(url, { workerData: { board, sink, thread: n + 1 } });
    t.teardown(() => thread.terminate());
    return thread;
  });
}

/** Adds args[0] to each entry from a block, and to the count of its thread behind them. */
const adding = `[(args, from, to, thread) => {
  for (let n = from; n < to; n++) sink[n] += args[0];
  sink[1000 + thread]++;
}]`;

t.test('a job alone: every entry once, the smallest complaint, and a job of nothing once too', (t) => {
  const parallelFor = new ParallelFor();
  const seen: [number, number, number][] = [];
  parallelFor.setJobs([
    (_, from, to, thread) => void seen.push([from, to, thread]),
    (args, from, to) => (from >= (args[0] as number) ? to : undefined),
  ]);
  t.equal(parallelFor.run(0, [], { total: 10, size: 4 }), -1);
  t.equal(parallelFor.run(0, [], { total: 0, size: 4 }), -1);
  t.same(seen, [
    [0, 4, 0],
    [4, 8, 0],
    [8, 10, 0],
    [0, 0, 0],
  ]);
  t.equal(parallelFor.run(1, [4], { total: 10, size: 4 }), 8, 'of the blocks from 4 and from 8 on');
  t.end();
});

t.test('threads and the main thread do every entry of every job once, thousands of jobs long', async (t) => {
  const board = jobBoard();
  const sink = new Float64Array(new SharedArrayBuffer(8 * 1010));
  const job: Job = (args, from, to) => {
    for (let n = from; n < to; n++) sink[n] = (sink[n] as number) + (args[0] as number);
    sink[1000] = (sink[1000] as number) + 1;
    return undefined;
  };
  const parallelFor = new ParallelFor();
  parallelFor.setJobs([job]);
  parallelFor.attach(board);
  startThreads(t, 2, { board, sink, jobs: adding });
  let sum = 0;
  const started = performance.now();
  for (let n = 1; n < 3000 || ((sink[1001] as number) === 0 && performance.now() - started < 20_000); n++) {
    // Few large blocks after many small ones, and other arguments: what a late thread may see of two jobs at once.
    const value = n % 7;
    sum += value;
    parallelFor.run(0, [value], { total: 998, size: [10, 499, 100, 250][n % 4] as number });
    parallelFor.run(0, [-1, ...Array<number>(n % 20).fill(3)], { total: 4, size: [1, 2][n % 2] as number });
    parallelFor.run(0, [1], { total: 4, size: 2 });
    if (n % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  t.ok(sink.subarray(0, 998).every((value) => value === sum));
  t.ok((sink[1001] as number) + (sink[1002] as number) > 0, 'threads took part');
});

t.test('a thread that looks while the next job is written, after the last one is done, takes nothing', async (t) => {
  const board = jobBoard();
  const sink = new Float64Array(new SharedArrayBuffer(8 * 1010));
  const parallelFor = new ParallelFor();
  parallelFor.setJobs([() => undefined]);
  parallelFor.attach(board);
  startThreads(t, 1, { board, sink, jobs: adding });
  const until = performance.now() + 20_000;
  while (sink[1001] === 0 && performance.now() < until) {
    parallelFor.run(0, [1], { total: 1000, size: 1 });
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  t.ok((sink[1001] as number) > 0, 'it has come up');
  parallelFor.run(0, [1], { total: 2, size: 1 });
  const before = sink.slice();
  const [posted, total, size] = [1, 6, 7]; // words of the board
  for (let n = 0; n < 10; n++) {
    board.words[total] = 1000;
    board.words[size] = 1;
    Atomics.add(board.words, posted, 1);
    Atomics.notify(board.words, posted);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  t.same(sink, before);
});

t.test('a block that fails on a thread, and a thread that has ended, are errors of the next job', async (t) => {
  const board = jobBoard();
  const sink = new Float64Array(new SharedArrayBuffer(8));
  const parallelFor = new ParallelFor();
  parallelFor.setJobs([
    () => {
      for (const until = performance.now() + 5; performance.now() < until;); // leaves blocks to the other
      return undefined;
    },
  ]);
  parallelFor.attach(board);
  const [thread] = startThreads(t, 1, { board, sink, jobs: `[() => { throw new Error('broken'); }]` });
  const failure = new Promise<Error>((resolve) => thread?.once('error', resolve));
  t.throws(
    () => {
      for (let n = 0; n < 1000; n++) parallelFor.run(0, [], { total: 4, size: 1 });
    },
    { code: 'WORKER_FAILED' },
  );
  t.match((await failure).message, /broken/);
  parallelFor.attach(undefined);
  parallelFor.run(0, [], { total: 1, size: 1 });
  parallelFor.fail(new Error('it ended'));
  t.throws(() => parallelFor.run(0, [], { total: 1, size: 1 }), { message: 'it ended' });
});
