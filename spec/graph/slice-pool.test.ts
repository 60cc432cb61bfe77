import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { runSlices, SlicePool, slices } from '../../graph/slice-pool.js';

const root = path.join(import.meta.dirname, '..', '..');
// A build tool in JavaScript, which the compiler of the specs does not read.
const { compiled } = (await import(pathToFileURL(path.join(root, 'spec/tools/compiled-sources.js')).href)) as {
  compiled: (file: string) => Promise<string>;
};

t.test('runSlices hands every result to its task, with no more threads than tasks', async (t) => {
  const folder = t.testdir({
    'thread.mjs': `import { threadId } from 'node:worker_threads'; export default (task) => [task * 2, threadId];`,
  });
  const results = new Map<number, number>();
  const threads = new Set<number>();
  await runSlices<number, [number, number]>({
    worker: pathToFileURL(path.join(folder, 'thread.mjs')),
    tasks: [1, 2],
    workers: 50,
    where: 'double',
    take: ([result, thread], task) => {
      results.set(task, result);
      threads.add(thread);
    },
  });
  t.same([...results.entries()].sort(), [[1, 2], [2, 4]]); // prettier-ignore
  t.ok(threads.size <= 2, `${threads.size} threads`);
});

t.test('slices cover a length', (t) => {
  t.same(slices(5, 2), [{ from: 0, to: 2 }, { from: 2, to: 4 }, { from: 4, to: 5 }]); // prettier-ignore
  t.same(slices(0, 2), []);
  t.end();
});

t.test('runSlices names the caller and the reason when a worker throws or does not load', async (t) => {
  const folder = t.testdir({
    'throws.mjs': 'export default () => { throw new Error("out of paint"); };',
    'broken.mjs': 'throw new Error("no brush");',
  });
  for (const [name, reason] of [
    ['throws', 'out of paint'],
    ['broken', 'no brush'],
  ] as const) {
    const run = runSlices<number, number>({
      worker: pathToFileURL(path.join(folder, `${name}.mjs`)),
      tasks: [1, 2, 3],
      workers: 1,
      where: 'embedPictures',
      take: () => t.fail('there is no result'),
    });
    await t.rejects(run, {
      code: 'WORKER_FAILED',
      message: `embedPictures: a worker ended with an error (got ${reason})`,
    });
  }
});

t.test('a pool that is closed finishes what is at work and drops what waits', async (t) => {
  const folder = t.testdir({
    'slow.mjs': `export default (task) => { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50); return task; };`,
  });
  const worker = pathToFileURL(path.join(folder, 'slow.mjs'));
  const pool = new SlicePool<number, number>({ worker, threads: 1, where: 'slow' });
  const results = Promise.allSettled([pool.run(1), pool.run(2)]);
  await pool.close();
  const [first, second] = await results;
  t.match(first, { status: 'fulfilled', value: 1 });
  t.match(second, {
    status: 'rejected',
    reason: { code: 'WORKER_FAILED', message: /slow: a worker .*\(got the pool was closed\)/ },
  });
});

/** The rooms and the child as JavaScript, so that a thread starts in milliseconds and loads what it loads in the built program. */
async function build(folder: string): Promise<void> {
  const copy = async (from: string): Promise<void> => {
    const to = path.join(folder, from.replace(/\.tsx?$/, '.js'));
    fs.mkdirSync(path.dirname(to), { recursive: true });
    if (!/\.tsx?$/.test(from)) return fs.copyFileSync(path.join(root, from), to);
    fs.writeFileSync(to, await compiled(path.join(root, from)));
  };
  for (const room of ['data', 'graph', 'train']) {
    for (const name of fs.readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' })) {
      if (/(?<!\.d)\.ts$|\.wasm$|\.gen\.js$/.test(name) && !name.includes('assembly'))
        await copy(path.join(room, name));
    }
  }
  await copy('spec/graph/pools-child.ts');
  fs.writeFileSync(path.join(folder, 'package.json'), '{"type": "module"}');
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
}

t.test('two hundred pools open and close, and the process ends well', { timeout: 240_000 }, async (t) => {
  const folder = t.testdir();
  await build(folder);
  const script = path.join(folder, 'spec/graph/pools-child.js');
  const child = spawn(process.execPath, [script, '200', '1'], {
    stdio: 'inherit',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  t.teardown(() => child.kill('SIGKILL'));
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  t.same({ code, signal }, { code: 0, signal: null });
});
