import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { RunFolder } from '../../train/run-folder.js';
import { smallConfig } from './small-world.js';

function newRoot(): string {
  return path.join(mkdtempSync(path.join(tmpdir(), 'pinwalk-runs-')), 'runs');
}

function read(folder: RunFolder, name: string): string {
  return readFileSync(path.join(folder.folder, name), 'utf8');
}

t.test('a run is opened without touching the disk, and made with its first file', (t) => {
  const root = newRoot();
  const folder = RunFolder.open(root, 'first', { resume: false });
  t.notOk(existsSync(root), 'a command line that fails leaves nothing');
  const settings = { source: { folder: '/data' }, config: smallConfig() };
  folder.writeSettings(settings);
  t.same(folder.readSettings(), settings);
  t.equal(folder.generation, path.join(root, 'first', 'pinwalk.sqlite'));
  t.equal(folder.checkpoints, path.join(root, 'first', 'checkpoints'));
  t.same(readdirSync(folder.folder), ['run.json'], 'no temporary file is left');
  t.end();
});

t.test('a run without a name is named after the time', (t) => {
  t.match(RunFolder.open(newRoot(), undefined, { resume: false }).name, /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d$/);
  t.end();
});

t.test('names that would leave the folder of runs are refused', (t) => {
  for (const name of ['', '.', '..', '../up', 'a/b', 'latest', 'white space', 'é']) {
    t.throws(() => RunFolder.open(newRoot(), name, { resume: false }), {
      code: 'OPTION_OUT_OF_RANGE',
      message: `run: a name must be of letters, digits, ".", "_", "-" and not "latest" (got ${JSON.stringify(name)})`,
    });
  }
  t.equal(RunFolder.open(newRoot(), 'v1.2_x-y', { resume: false }).name, 'v1.2_x-y');
  t.end();
});

t.test('to resume, the run must be named and be there; to start, it must be new', (t) => {
  const root = newRoot();
  t.throws(() => RunFolder.open(root, undefined, { resume: true }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'resume: --run must name the run to go on with (got no name)',
  });
  t.throws(() => RunFolder.open(root, 'a', { resume: true }), {
    code: 'NOT_FOUND',
    message: `resume: ${path.join(root, 'a')} must be a run (got nothing there); leave --resume out to start it`,
  });
  const folder = RunFolder.open(root, 'a', { resume: false });
  mkdirSync(folder.checkpoints, { recursive: true });
  t.throws(() => RunFolder.open(root, 'a', { resume: false }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: `run: ${folder.folder} must be new (got a run with checkpoints); add --resume to go on, or take another --run`,
  });
  t.equal(RunFolder.open(root, 'a', { resume: true }).folder, folder.folder);
  t.end();
});

t.test('work in a run is its owner, and a run that another began in between is not begun again', async (t) => {
  const root = newRoot();
  const folder = RunFolder.open(root, 'a', { resume: false });
  const late = RunFolder.open(root, 'a', { resume: false });
  const work = async (): Promise<number> => {
    mkdirSync(folder.checkpoints);
    await t.rejects(
      late.hold(() => Promise.resolve()),
      { code: 'RUN_IN_USE', message: `got process ${process.pid} on` },
    );
    t.throws(
      () => RunFolder.open(root, 'a', { resume: false }),
      { code: 'RUN_IN_USE' },
      'who works there is named first',
    );
    return 3;
  };
  // Its own checkpoints are no reason to refuse it.
  t.equal(await folder.hold(work), 3);
  await t.rejects(
    late.hold(() => Promise.resolve()),
    { code: 'OPTION_OUT_OF_RANGE', message: /must be new/ },
  );
  await t.rejects(
    RunFolder.open(root, 'a', { resume: true }).hold(() => Promise.reject(new Error('work'))),
    { message: 'work' },
  );
  t.same(readdirSync(folder.folder).sort(), ['checkpoints', 'run.lock'], 'given back, whatever came of the work');
});

t.test('find opens a run that was started, `latest` the newest finished one', (t) => {
  const root = newRoot();
  t.throws(() => RunFolder.find(root, 'latest'), {
    code: 'NOT_FOUND',
    message: `run: ${path.join(root, 'latest', 'run.json')} must be there (got no such file); train first`,
  });
  for (const [name, seed] of [
    ['a', 1],
    ['b', 2],
  ] as const) {
    const folder = RunFolder.open(root, name, { resume: false });
    folder.writeSettings({ source: {}, config: smallConfig({ seed }) });
    folder.finish();
    t.equal(readlinkSync(path.join(root, 'latest')), name);
    t.equal(RunFolder.find(root, 'latest').readSettings().config.seed, seed);
  }
  t.equal(RunFolder.find(root, 'a').readSettings().config.seed, 1);
  t.same(readdirSync(root), ['a', 'b', 'latest']);
  t.end();
});

t.test('metrics.jsonl grows by a line with the time, metrics.json is replaced whole', (t) => {
  const folder = RunFolder.open(newRoot(), 'a', { resume: false });
  folder.log({ step: 1, loss: 0.5 });
  folder.log({ step: 2, loss: 0.25 });
  const lines = read(folder, 'metrics.jsonl').trimEnd().split('\n');
  t.same(
    lines.map((line) => {
      const { at, ...rest } = JSON.parse(line) as Record<string, unknown>;
      t.ok(Math.abs(Date.parse(String(at)) - Date.now()) < 60_000);
      return rest;
    }),
    [
      { step: 1, loss: 0.5 },
      { step: 2, loss: 0.25 },
    ],
  );
  folder.writeMetrics({ models: { a: 1 } });
  folder.writeMetrics({ models: {} });
  t.same(JSON.parse(read(folder, 'metrics.json')), { models: {} });
  t.same(readdirSync(folder.folder), ['metrics.json', 'metrics.jsonl']);
  t.end();
});

t.test(
  'what a killed owner left aside is swept by the next one, checkpoints too, and half a line of the log ended',
  async (t) => {
    const folder = RunFolder.open(newRoot(), 'mine', { resume: false });
    folder.writeSettings({ source: { folder: '/data' }, config: smallConfig() });
    folder.log({ step: 1, loss: 2 });
    mkdirSync(folder.checkpoints);
    for (const name of ['checkpoints/step-0000007.ckpt', 'pinwalk.sqlite']) {
      writeFileSync(path.join(folder.folder, `${name}.0123456789ab.writing`), 'half');
    }
    appendFileSync(path.join(folder.folder, 'metrics.jsonl'), '{"step":2,"lo');
    const again = RunFolder.open(path.dirname(folder.folder), 'mine', { resume: true });
    await again.hold(() => {
      again.log({ step: 2, loss: 1 });
      return Promise.resolve();
    });
    t.same(readdirSync(folder.folder).sort(), ['checkpoints', 'metrics.jsonl', 'run.json', 'run.lock']);
    t.same(readdirSync(folder.checkpoints), []);
    const lines = read(folder, 'metrics.jsonl').trim().split('\n');
    t.same(
      lines.map((line) => (JSON.parse(line) as { step: number }).step),
      [1, 2],
    );
  },
);

t.test('files of a run that are damaged are named, with what to do', (t) => {
  const folder = RunFolder.open(newRoot(), 'mine', { resume: false });
  t.equal(folder.readMetrics(), undefined);
  mkdirSync(folder.folder, { recursive: true });
  const cases: [string, string, () => unknown, RegExp][] = [
    ['run.json', '{"source": {', () => folder.readSettings(), /must be as training wrote it \(got .*JSON/],
    ['run.json', '[]', () => folder.readSettings(), /got no JSON object\); bring it back, or train anew/],
    ['run.json', '{"config": {}}', () => folder.readSettings(), /got no object source\)/],
    ['metrics.json', '{"models": {}}', () => folder.readMetrics(), /got no object config\)/],
    ['metrics.json', '\0\0', () => folder.readMetrics(), /metrics\.json must be as training wrote it/],
  ];
  for (const [name, text, act, message] of cases) {
    writeFileSync(path.join(folder.folder, name), text);
    t.throws(act, { code: 'INPUT_INVALID', message });
  }
  const former = { models: { structure: { boardIdeas: 1 } }, config: { sizePower: 0.5 }, fingerprint: 'f' };
  writeFileSync(path.join(folder.folder, 'metrics.json'), JSON.stringify(former));
  t.same(folder.readMetrics(), {
    models: { spectral: { boardIdeas: 1 } },
    config: { querySizePower: 0.5 },
    fingerprint: 'f',
  });
  t.end();
});
