import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { syntheticSaves } from '../../../data/synthetic.js';
import { run } from '../../../serve/program.js';
import { compiled } from '../../tools/paths.js';
import { shippedData, sourceOf } from '../../../serve/commands/session.js';

const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-train-command-'));
const savesFile = path.join(folder, 'saves.tsv');
const { boards, pins } = syntheticSaves({ pinCount: 60, boardCount: 40, saveCount: 300, seed: 3 }).collection.saves;
writeFileSync(savesFile, Array.from(boards, (board, n) => `b${board}\tp${pins[n]}\n`).join(''));

async function inProcess(...argv: string[]): Promise<{ code: number; err: string }> {
  let err = '';
  const code = await run(argv, { out: () => {}, err: (text) => void (err += text) });
  return { code, err };
}

/** Starts the program in `folder`, as from a shell. */
function start(...argv: string[]): {
  child: ReturnType<typeof spawn>;
  ended: Promise<{ code: number | null; out: string; err: string }>;
  said: (text: string) => Promise<void>;
} {
  const child = spawn(process.execPath, [compiled('serve/cli.ts'), ...argv], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }));
  const said = async (text: string): Promise<void> => {
    while (!err.includes(text)) await once(child.stderr, 'data');
  };
  return { child, ended, said };
}

t.test('a config file that cannot be used is named, and nothing is written', async (t) => {
  const at = (name: string, text: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  const cases: [string, RegExp][] = [
    [path.join(folder, 'no.json'), /config: .*no\.json must be a file \(got nothing there\) \[INPUT_MISSING\]/],
    [at('bad.json', '{"epochs": '), /config: .*bad\.json must be JSON \(got SyntaxError: .*\) \[INPUT_INVALID\]/],
    [
      at('list.json', '[1]'),
      /config: .*list\.json must hold a JSON object of options \(got something else\) \[INPUT_INVALID\]/,
    ],
    [at('odd.json', '{"epoch": 3}'), /config: epoch is not an option; did you mean epochs\? \[OPTION_UNKNOWN\]/],
    [
      at('range.json', '{"epochs": 0}'),
      /config: epochs must be an integer from 1 to 10000 \(got 0\) \[OPTION_OUT_OF_RANGE\]/,
    ],
  ];
  const name = `spec-${process.pid}`;
  for (const [file, message] of cases) {
    const { code, err } = await inProcess('train', '--run', name, '--saves', savesFile, '--config', file);
    t.not(code, 0);
    t.match(err, message);
  }
  t.notOk(existsSync(path.join('runs', name)));
});

t.test('a run that is not there can be neither resumed nor evaluated', async (t) => {
  const resumed = await inProcess('train', '--resume', '--run', 'no-such-run');
  t.match(resumed.err, /resume: runs.no-such-run must be a run \(got nothing there\); leave --resume out to start it/);
  const evaluated = await inProcess('evaluate', '--run', 'no-such-run');
  t.match(
    evaluated.err,
    /run: runs.no-such-run.run\.json must be there \(got no such file\); train first \[NOT_FOUND\]/,
  );
});

t.test('Ctrl-C saves a checkpoint and ends with 130; such a run is not evaluated, and --resume goes on', async (t) => {
  const sizes =
    '--epochs 15 --patience 15 --batch-boards 4 --negative-count 50 --dimension 8 --titles false --workers 1';
  const first = start('train', '--saves', 'saves.tsv', '--run', 'a', '--backend', 'wasm', ...sizes.split(' '));
  await first.said('split (');
  first.child.kill('SIGSTOP'); // so that it is not done before the second asks
  const second = start('train', '--saves', 'saves.tsv', '--run', 'a', '--backend', 'wasm', ...sizes.split(' '));
  const refused = await second.ended;
  t.equal(refused.code, 1);
  t.match(
    refused.err,
    new RegExp(
      `^pinwalk: runs/a: must have one owner \\(got process ${first.child.pid} on .* since .*\\); wait .* \\[RUN_IN_USE\\]$`,
      'm',
    ),
  );
  t.notMatch(refused.err, 'saves.tsv', 'it is refused before the data is read');
  first.child.kill('SIGINT');
  first.child.kill('SIGCONT');
  const stopped = await first.ended;
  t.equal(stopped.code, 130, stopped.err);
  t.match(stopped.err, /stopping as soon as a step or stage is finished; press Ctrl-C again to end at once/);
  t.match(stopped.err, /stopped after step \d+; go on with: npm run train -- --run a --resume/);
  t.equal(stopped.out, '');
  t.same(readdirSync(path.join(folder, 'runs', 'a')).sort(), ['checkpoints', 'metrics.jsonl', 'run.json', 'run.lock']);
  const evaluated = await start('evaluate', '--run', 'a').ended;
  t.equal(evaluated.code, 1);
  t.match(
    evaluated.err,
    /evaluate: runs\/a must be trained to its end \(got a training that stands at step \d+\); go on with: npm run train -- --run a --resume \[INPUT_MISSING\]/,
  );

  const resumed = await start('train', '--run', 'a', '--resume', '--json').ended;
  t.equal(resumed.code, 0, resumed.err);
  t.match(resumed.err, /wrote .*pinwalk\.sqlite in \d+ s/);
  const { run: name, models } = JSON.parse(resumed.out) as { run: string; models: Record<string, unknown> };
  t.equal(name, 'a');
  t.ok(['pinwalk', 'embedding', 'walk'].every((model) => model in models));
  t.notOk('popularity' in models);
  t.match(resumed.err, /not judged: rp3beta|not judged: coSave/);
  const judged = await start('evaluate', '--run', 'a', '--baselines', '--json').ended;
  t.equal(judged.code, 0, judged.err);
  const all = JSON.parse(judged.out) as { models: Record<string, unknown> };
  t.ok(['walk', 'popularity', 'coSave', 'als'].every((model) => model in all.models));
  t.same(all.models['pinwalk'], models['pinwalk']);
  t.ok(existsSync(path.join(folder, 'runs', 'latest', 'pinwalk.sqlite')));
});

t.test('SIGTERM ends a training with 143, and an owner that is killed leaves its run free', async (t) => {
  const sizes =
    '--epochs 15 --patience 15 --batch-boards 4 --negative-count 50 --dimension 8 --titles false --workers 1';
  const first = start('train', '--saves', 'saves.tsv', '--run', 'b', '--backend', 'wasm', ...sizes.split(' '));
  await first.said('epoch 1 of 15');
  first.child.kill('SIGKILL');
  t.equal((await first.ended).code, null);
  const again = start(
    'train',
    '--run',
    'b',
    ...(existsSync(path.join(folder, 'runs/b/checkpoints')) ? ['--resume'] : ['--saves', 'saves.tsv']),
  );
  await again.said('split (');
  again.child.kill('SIGTERM');
  const { code, err } = await again.ended;
  t.equal(code, 143, err);
});

t.test('what is stored of a run is kept when vectors or data are named anew', (t) => {
  const stored = { savesFile: '/was/saves.csv', vectors: '/was/clip.npy' };
  t.same(sourceOf({}, stored), stored);
  t.same(sourceOf({ vectors: '/is/clip.npy' }, stored), { ...stored, vectors: '/is/clip.npy' });
  t.same(sourceOf({ data: '/is' }, stored), { folder: '/is', vectors: '/was/clip.npy' });
  t.same(sourceOf({}, undefined), { folder: shippedData() });
  t.end();
});

t.test('--graph trains on a graph file, whose pins --pins tells, and what is no such graph is refused', async (t) => {
  const nodes = [...new Set(pins)].map((pin) => ({
    key: `p${pin}`,
    attributes: { type: 'song', label: `Song ${pin}` },
  }));
  const lists = [...new Set(boards)].map((board) => ({ key: `b${board}` }));
  const edges = Array.from(boards, (board, n) => ({ source: `b${board}`, target: `p${pins[n]}` }));
  const graph = path.join(folder, 'songs.json');
  writeFileSync(graph, JSON.stringify({ nodes: [...nodes, ...lists], edges }));
  const small = ['--epochs', '1', '--dimension', '8', '--spectral-rank', '8', '--backend', 'wasm', '--workers', '1'];
  const trained = start('train', '--run', 'of-a-graph', '--graph', graph, '--pins', 'type=song', ...small);
  const { code, err } = await trained.ended;
  t.equal(code, 0, err);
  t.match(err, new RegExp(`songs\\.json: ${nodes.length} pins, ${lists.length} boards, ${edges.length} saves`));
  const generation = path.join(folder, 'runs/of-a-graph/pinwalk.sqlite');
  const related = await start('related', 'p1', '--generation', generation, '--json').ended;
  t.match(JSON.parse(related.out), { pinId: 'p1', title: 'Song 1' });

  const refusals: [string[], RegExp][] = [
    [['--graph', graph], /songs\.json: fromGraphology: every node must be a pin or a board .* \[INPUT_INVALID\]/],
    [['--graph', graph, '--pins', 'song'], /--pins must be ATTRIBUTE=VALUE \(got song\)/],
    [
      ['--saves', savesFile, '--pins', 'type=song'],
      /--pins must stand beside --graph FILE \(got --pins type=song alone\)/,
    ],
    [['--graph', graph, '--saves', savesFile], /cannot be used with option '--saves <file>'/],
  ];
  for (const [argv, message] of refusals)
    t.match((await inProcess('train', '--run', 'no-graph', ...argv)).err, message);
});

t.test(
  'saves of several files, whose columns the command line and a config file name, are read as one table',
  async (t) => {
    const at = (name: string, text: string): string => {
      const file = path.join(folder, name);
      writeFileSync(file, text);
      return file;
    };
    const first = at('first.csv', 'note;list;song\nx;l1;s1\nx;l1;s2\n');
    const second = at('second.csv', 'note;list;song\nx;l2;s1\nx;l2;\n');
    const config = at('columns.json', JSON.stringify({ tables: { saves: { board: 'list', pin: 'note' } } }));
    // Strict, so that the row without a song ends it once all is read.
    const argv = ['train', '--run', 'columns', '--strict', '--saves', first, '--saves', second];
    const { code, err } = await inProcess(...argv, '--config', config, '--pin-column', 'song');
    t.equal(code, 1);
    t.match(err, /first\.csv and others \(2 parts\): 4 rows, 3 kept, 1 malformed/);
    t.match(err, /semicolons between columns, a header; board from "list", pin from "song"/);
    t.match(err, /columns not read: note/);
    t.match(err, /second\.csv line 3: pin must not be empty/);
    const unnamed = await inProcess(...argv);
    t.match(unnamed.err, /first\.csv line 1: must name the columns board and pin .*name them with --board-column/);
  },
);
