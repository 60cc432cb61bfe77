/**
 * Reads what we export with the tools it is for: `npm run crossings`, after `npm run build`.
 *
 * It trains a small world of its own, exports it (or `--generation FILE` of a run) in every form, runs the Python scripts below on the
 * exports and prints a table of what each tool said. Python is PINWALK_PYTHON, else python3, with the packages of requirements.txt; a
 * script says what it skips because a tool is not installed. `--only NAME` runs one script. Exit code 1: a tool read something else.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { generation: { type: 'string' }, only: { type: 'string' }, keep: { type: 'boolean' } },
});
/** What reads exports; each is given the folder that holds them. */
const scripts = ['vectors', 'pgvector', 'lists', 'graphs', 'tensorboard', 'mlflow_server'].map((name) => `${name}.py`);
const cli = path.join(import.meta.dirname, '../../dist/serve/cli.js');
const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-crossings-'));
const python = process.env['PINWALK_PYTHON'] ?? 'python3';

/** Runs a command of ours in the folder; what fails ends this program. */
function pinwalk(/** @type {string[]} */ ...args) {
  execFileSync(process.execPath, [cli, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** A training that is killed within its third epoch, then resumed; both parts log. */
async function trainKilled(/** @type {string[]} */ ...args) {
  const all = ['train', ...args, '--checkpoint-every', '4'];
  const child = spawn(process.execPath, [cli, ...all], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.on('data', (text) => {
    if (String(text).includes('epoch 2 of')) child.kill('SIGKILL');
  });
  await once(child, 'exit');
  pinwalk('train', '--run', 'killed', '--resume', '--tensorboard', 'logs');
}

/** Rows of the table: what each tool of a script said, and its failure. */
function readWith(/** @type {string} */ script) {
  console.error(`-- ${script}`);
  const run = spawnSync(python, [path.join(import.meta.dirname, script), folder], { encoding: 'utf8' });
  if (run.error) return [{ tool: script, said: `skipped, ${python}: ${run.error.message}`, isFailure: false }];
  const rows = run.stdout.split('\n').flatMap((line) => {
    const [tool = '', said] = line.split(/: (.*)/s);
    return said === undefined ? [] : [{ tool, said, isFailure: false }];
  });
  if (run.status === 0) return rows;
  return [
    ...rows,
    { tool: script, said: `FAILED: ${run.stderr.trim().split('\n').slice(-3).join(' ')}`, isFailure: true },
  ];
}

/** Topics of pins that boards draw from, under ids and titles that careless readers stumble over; every tenth pin has no save. */
function writeWorld() {
  const pinCount = 400;
  const boardCount = 260;
  let state = 12345;
  const draw = (/** @type {number} */ below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes' congruential generator
    return Math.floor((state / 2 ** 32) * below);
  };
  const quoted = (/** @type {string} */ text) => `"${text.replaceAll('"', '""')}"`;
  const idOf = (/** @type {number} */ pin) =>
    [`Ke$ha Guns N' Roses ${pin}`, `a, "b" ${pin}`, `ünï ☂ ${pin}`, `plain-${pin}`][pin % 4] ?? '';
  const words = ['rain', 'umbrella', 'sun', 'cloud', 'guitar', 'drum', 'tea', 'coffee'];
  const pins = ['id,title,tags'];
  for (let pin = 0; pin < pinCount; pin++) {
    const word = words[pin % 8] ?? '';
    pins.push(
      pin % 50 === 49
        ? `${quoted(idOf(pin))},,`
        : `${quoted(idOf(pin))},${word} ${words[draw(8)]},${word}|${words[draw(8)]}`,
    );
  }
  const saves = ['board,pin,weight'];
  for (let board = 0; board < boardCount; board++) {
    const held = new Set();
    while (held.size < 6 + draw(8)) {
      const pin = draw(4) === 0 ? draw(pinCount) : draw(pinCount / 8) * 8 + (board % 8);
      if (pin % 10 !== 9) held.add(pin);
    }
    for (const pin of held) saves.push(`board ${board},${quoted(idOf(pin))},${board % 3 === 0 ? 0.1 : 1}`);
  }
  mkdirSync(path.join(folder, 'data'));
  writeFileSync(path.join(folder, 'data/pins.csv'), `${pins.join('\n')}\n`);
  writeFileSync(path.join(folder, 'data/saves.csv'), `${saves.join('\n')}\n`);
}

try {
  writeWorld();
  const sizes = '--epochs 6 --dimension 32 --spectral-rank 32 --pictures false --batch-boards 32'.split(' ');
  const all = ['--data', 'data', '--backend', 'wasm', ...sizes, '--tensorboard', 'logs'];
  pinwalk('train', '--run', 'world', '--serve-split', 'train', ...all);
  await trainKilled('--run', 'killed', ...all);
  const generation = path.resolve(values.generation ?? path.join(folder, 'runs/world/pinwalk.sqlite'));
  copyFileSync(path.join(path.dirname(generation), 'metrics.json'), path.join(folder, 'metrics.json'));
  const write = (/** @type {string} */ format, /** @type {string} */ out, /** @type {string[]} */ ...more) => {
    console.error(`-- ${out}`);
    pinwalk('export', '--generation', generation, '--format', format, '--out', out, ...more);
  };
  for (const format of ['npy', 'parquet', 'projector', 'pgvector', 'onnx', 'split']) write(format, format);
  write('safetensors', 'vectors.safetensors');
  for (const [task, name] of [
    ['relatedPins', 'related.csv'],
    ['boardIdeas', 'ideas.csv'],
  ])
    write('recommendations', name ?? '', '--task', task ?? '', '--strategy', 'embedding', '-k', '20');
  write('recommendations', 'served.csv', '-k', '500'); // as long as lists are measured
  write('lists', 'lists.tsv', '-k', '20');
  write('csv', 'saves.csv');
  renameSync(path.join(folder, 'saves.nodes.csv'), path.join(folder, 'nodes.csv'));
  for (const format of ['gexf', 'graphml', 'json']) write(format, `graph.${format}`);

  const wanted = scripts.filter((name) => values.only === undefined || name === `${values.only}.py`);
  const rows = wanted.flatMap((name) => readWith(name));
  const width = Math.max(...rows.map(({ tool }) => tool.length));
  for (const { tool, said } of rows) console.log(`${tool.padEnd(width)}  ${said}`);
  const failed = rows.filter(({ isFailure }) => isFailure).map(({ tool }) => tool);
  console.log(failed.length === 0 ? 'every tool that is here read them' : `failed: ${failed.join(', ')}`);
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  if (values.keep) console.log(`exports: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}
