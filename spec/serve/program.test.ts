import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { compiled } from '../tools/paths.js';
import { formerNames } from '../../data/former-names.js';
import { run } from '../../serve/program.js';
import { configGroups } from '../../train/config.js';
import { pinIds, tinyContents, writeTinyGeneration } from './world.js';

const generation = writeTinyGeneration();

t.test('every command has help with examples', async (t) => {
  for (const command of ['start', 'train', 'serve', 'related', 'export', 'evaluate']) {
    const { code, out } = await pinwalk(command, '--help');
    t.equal(code, 0, command);
    t.match(out, new RegExp(`Usage: pinwalk ${command}[\\s\\S]*Examples:\\n {2}npm `));
    t.match(out, '--json');
  }
  const { out } = await pinwalk('--help');
  t.match(
    out,
    /Exit codes: 0 done, 1 failed, 2 wrong command line, 70 a bug, 130 and 143 stopped by Ctrl-C or SIGTERM/,
  );
});

t.test('train offers every config option with its range and default', async (t) => {
  const { out } = await pinwalk('train', '--help');
  const text = out.replace(/\s+/g, ' ');
  t.match(
    text,
    /--test-fraction <value> share of the saves withheld as test; a number from 0.01 to 0.5 \(default: 0.2\)/,
  );
  t.match(text, /--backend <value> .*one of auto, wasm, tensorflow, webgpu, cpu \(default: auto\)/);
});

t.test('train groups its parameters, and says which are for the network alone', async (t) => {
  const { out } = await pinwalk('train', '--help');
  const network = /For the network alone \(--layers above 0\):\n([\s\S]*?)\n\n/.exec(out)?.[1] ?? '';
  const flags = [...network.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, flag]) => flag);
  t.same(flags, ['--layers', '--hidden-dimension', '--spectral-dimension', '--network-rate']);
  const headings = [...out.matchAll(/^(\S.*):$/gm)].map(([, heading]) => heading);
  t.same(headings, ['Options', 'What tables do not say themselves', ...Object.keys(configGroups), 'Examples']);
});

t.test('options under former names are taken as the current ones, and help does not show them', async (t) => {
  const { out } = await pinwalk('train', '--help');
  for (const [former, current] of Object.entries(formerNames.options)) {
    const flag = `--${former.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    t.notMatch(out, new RegExp(`${flag}\\b`));
    const { code, err } = await pinwalk('train', '--data', '/nowhere', flag, '-1');
    t.equal(code, 2);
    t.match(err, new RegExp(`config: ${current} must be a.* \\(got -1\\)`));
    const wide = await pinwalk('train', '--data', '/nowhere', flag, 'wide');
    t.match(wide.err, /It must be a number/);
  }
  t.match((await pinwalk('train', '--structure-rnk', '3')).err, "unknown option '--structure-rnk'");
  const long = await pinwalk('train', `--${'k'.repeat(100_000)}`);
  t.equal(long.code, 2);
  t.ok(long.err.length < 1500, 'what was typed is cut');
});

t.test('a wrong command line ends with 2 and names what was meant', async (t) => {
  const cases: [string[], RegExp][] = [
    [
      ['serve', '--prot', '80'],
      /unknown option '--prot' \(Did you mean --port\?\)|unknown option '--prot'\n\(Did you mean --port\?\)/,
    ],
    [['train', '--epoch', '3'], /unknown option '--epoch'\s+\(Did you mean --epochs\?\)/],
    [['trian'], /unknown command 'trian'\s+\(Did you mean train\?\)/],
    [['serve', '--port', '70000'], /It must be an integer from 0 to 65535/],
    [['train', '--dimension', 'wide'], /It must be a number/],
    [['train', '--titles', 'yes'], /It must be true or false/],
    [['train', '--data', 'a', '--saves', 'b'], /cannot be used with/],
    [['related'], /missing required argument 'pin'/],
    [['related', 'a', 'b'], /too many arguments/],
    [['export', '--format', 'xls', '--out', 'x'], /Allowed choices are gexf, graphml, json, csv, lists/],
    [['export', '--format', 'csv'], /required option '--out <file>' not specified/],
  ];
  for (const [argv, message] of cases) {
    const { code, out, err } = await pinwalk(...argv);
    t.equal(code, 2, argv.join(' '));
    t.match(err, message);
    t.equal(out, '');
  }
});

t.test('related prints a list, by id or by words of a title', async (t) => {
  const byId = await pinwalk('related', 'umbrella', '--generation', generation, '-k', '2');
  t.equal(byId.code, 0);
  t.match(
    byId.out,
    /^Related to Umbrella \(umbrella\):\n {2}1 +[\d.]+ {2}Rain umbrella {2}\(shared: Wet days, Weather\)\n {2}2 /,
  );
  const byTitle = await pinwalk('related', 'rain', '--generation', generation, '--json');
  t.match(JSON.parse(byTitle.out), {
    pinId: pinIds[1],
    scoreKind: 'fused',
    fallback: null,
    items: [{ rank: 1, pinId: 'umbrella', shared: 2, boards: ['Wet days', 'Weather'] }],
  });
  const cold = await pinwalk('related', 'cold', '--generation', generation);
  t.match(cold.err, 'No fused signal for this pin: embedding stands in.');
  t.match(cold.out, /Drum {2}\(alike\)/);
  const unknown = await pinwalk('related', 'zebra', '--generation', generation);
  t.equal(unknown.code, 1);
  t.equal(
    unknown.err,
    'pinwalk: related: a pin must have the id or title (got zebra); try a word of its title [NOT_FOUND]\n',
  );
});

t.test('failures with --json are JSON on standard error', async (t) => {
  const { code, out, err } = await pinwalk('related', 'x', '--generation', '/no/file', '--json');
  t.equal(code, 1);
  t.equal(out, '');
  t.match(JSON.parse(err), { error: { code: 'INPUT_MISSING', message: /\/no\/file must exist; train first/ } });
});

t.test('export writes whole files in every format', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-export-'));
  const at = (name: string): string => path.join(folder, name);
  for (const format of ['gexf', 'graphml', 'json', 'csv']) {
    const { code, err } = await pinwalk(
      'export',
      '--generation',
      generation,
      '--format',
      format,
      '--out',
      at(`g.${format}`),
    );
    t.equal(code, 0, err);
    t.ok(existsSync(at(`g.${format}`)), format);
  }
  const part = ['--pin', 'drum', '--hops', '1', '--json'];
  const near = await pinwalk('export', '--generation', generation, '--format', 'csv', '--out', at('near.csv'), ...part);
  t.match(JSON.parse(near.out), {
    format: 'csv',
    files: [at('near.csv'), at('near.nodes.csv')],
    counts: { nodes: 3, edges: 2 },
  });
  const one = await pinwalk(
    'export',
    '--generation',
    generation,
    '--format',
    'json',
    '--out',
    at('one.json'),
    '--community',
    '1',
  );
  t.equal(one.code, 0, one.err);
  const both = await pinwalk(
    ...[
      'export',
      '--generation',
      generation,
      '--format',
      'json',
      '--out',
      at('no.json'),
      '--community',
      '1',
      '--pin',
      'sun',
    ],
  );
  t.equal(both.code, 2);
  t.match(both.err, 'export: --community and --pin must not be given together; choose one');
  const nobody = await pinwalk(
    'export',
    '--generation',
    generation,
    '--format',
    'json',
    '--out',
    at('no.json'),
    '--pin',
    'x',
  );
  t.match(nobody.err, /--pin must be an id in .* \(got x\) \[NOT_FOUND\]/);
  t.notOk(
    readdirSync(folder).some((name) => name.startsWith('no.json')),
    'a failed export leaves nothing',
  );
});

t.test('exported lists are, for each board, pins that are not on it', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-lists-'));
  const out = path.join(folder, 'lists.tsv');
  const contents = tinyContents();
  const plainIds = pinIds.map((_, pin) => `p${pin}`);
  const train = writeTinyGeneration({
    ...contents,
    meta: { ...contents.meta, serveSplit: 'train' },
    pins: { ...contents.pins, ids: plainIds },
  });
  const first = await pinwalk('export', '--generation', train, '--format', 'lists', '--k', '3', '--out', out);
  t.equal(first.code, 0, first.err);
  t.equal(first.err, '1 of 6 boards have nothing known; they get the most saved pins.\n');
  const lines = readFileSync(out, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  t.same(
    lines.map(([board]) => board),
    ['weather', 'wet', 'music', 'band', 'mixed', 'empty'],
  );
  t.ok(lines.every(([, ...pins]) => pins.length === 3));
  t.notMatch(lines[1]?.slice(1).join(), /p0|p1/);
  const served = await pinwalk(
    'export',
    '--generation',
    generation,
    '--format',
    'ranks',
    '--out',
    out,
    '--task',
    'relatedPins',
  );
  t.match(served.err, /knows the saves withheld for the test/);
  t.equal(readFileSync(out, 'utf8').trimEnd().split('\n').length, 8, 'a line a pin');
});

t.test('serve prints its address, answers, and ends cleanly when told to', async (t) => {
  const argv = [compiled('serve/cli.ts'), 'serve', '--generation', generation, '--port', '0', '--json'];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  const { address } = JSON.parse(chunk.toString()) as { address: string };
  t.match(address, /^http:\/\/127\.0\.0\.1:\d+$/);
  const response = await fetch(`${address}/health/ready`);
  t.equal(response.status, 200);
  await response.text();
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number | null];
  t.equal(code, 0);
});

t.test('a signal that comes as soon as serve says its address ends it cleanly', { timeout: 20_000 }, async (t) => {
  const listening = process.listenerCount('SIGTERM');
  const out = (): void => void process.emit('SIGTERM');
  t.equal(await run(['serve', '--generation', generation, '--port', '0'], { out, err: () => {} }), 0);
  t.equal(process.listenerCount('SIGTERM'), listening, 'and nothing goes on listening');
});

t.test('serve says what to do about a port in use or a missing generation', async (t) => {
  const busy = createServer().listen(0, '127.0.0.1');
  t.teardown(() => busy.close());
  await once(busy, 'listening');
  const { port } = busy.address() as AddressInfo;
  const used = await pinwalk('serve', '--generation', generation, '--port', String(port));
  t.equal(used.code, 2);
  t.match(
    used.err,
    `port ${port} must be free (got one in use); choose another: --port ${port + 1} [OPTION_OUT_OF_RANGE]`,
  );
  const missing = await pinwalk('serve', '--generation', '/no/pinwalk.sqlite');
  t.equal(missing.code, 1);
  t.match(missing.err, /\/no\/pinwalk.sqlite must exist; train first: npm run train/);
});

async function pinwalk(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await run(argv, { out: (text) => void (out += text), err: (text) => void (err += text) });
  return { code, out, err };
}
