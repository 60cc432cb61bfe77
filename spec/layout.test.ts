/** The rooms and the arrows between them, as spec/design.md section 2 draws them. Imports of types count like any other. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { root } from './tools/paths.js';

const sources = new Map(['data', 'graph', 'train', 'serve'].flatMap(filesBelow).map((file) => [file, read(file)]));

/**
 * Floors from the ground up: a room may import from its own and lower floors' rooms, never from one beside or above it. A file of
 * `train/` that lies in no folder is a room of its own.
 */
const floors: readonly (readonly string[])[] = [
  ['data', 'train/progress.ts'],
  ['graph', 'train/config.ts'],
  ['train/kernels', 'train/content', 'train/run-folder.ts', 'train/generation-meta.ts'],
  ['train/backend', 'train/features', 'train/ranking'],
  ['train/evaluation', 'train/export', 'train/stages'],
  ['train/model', 'train/baselines'],
  ['train/fusion', 'train/prepare.ts'],
  ['train/generation.ts', 'train/untrained.ts', 'train/report'],
  ['train/run.ts'],
  ['train/train.ts', 'train/tracking'],
  ['train/library.ts'],
  ['train/experiments'],
  ['serve/live'],
  ['serve'],
];

/** Of `train/` the server needs the ranking and what pins are about; its programs, which stand on top of all, need every room. */
const serverNeeds = /^train\/(ranking|content)\//;
const isProgram = (file: string): boolean => /^serve\/(cli|program)\.ts$|^serve\/commands\//.test(file);

/** Packages that only one place may know. */
const keepers: readonly (readonly [RegExp, RegExp])[] = [
  [/^@tensorflow\//, /^train\//],
  [/^better-sqlite3/, /^data\/sqlite\.ts$/],
  [/^graphology/, /^graph\/|^serve\/commands\/|^data\/readers\//],
  [/^fastify|^@fastify/, /^serve\//],
  [/^echarts/, /^train\/report\//],
  [/^apache-arrow/, /^train\/stages\//],
  [/^preact/, /^train\/report\//],
  [/^piscina/, /^graph\/slice-pool\.ts$/],
  [/^pbf/, /^data\/writers\//],
];

/** What one file alone does, beside the kernels with their own boards and memories. */
const mechanisms: readonly (readonly [RegExp, RegExp])[] = [
  [/new SharedArrayBuffer/, /^data\/shared-arrays\.ts$|^train\/kernels\//],
  [/\brename(?:Sync)?\(|fsync/, /^data\/whole-file\.ts$/],
  [/createHash/, /^data\/hash\.ts$/],
  [/\[\\s_-\]/, /^data\/column-roles\.ts$/],
];

function filesBelow(room: string): string[] {
  return readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' })
    .map((name) => `${room}/${name.split(path.sep).join('/')}`)
    .filter((file) => /(?<!\.d)\.tsx?$/.test(file) && !/^serve\/page\/|^train\/kernels\/assembly\//.test(file));
}

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** Imports of a file: our own as paths from the root, packages by name. */
function importsOf(file: string, { types = true } = {}): string[] {
  const pattern = /^(?:import|export)\s(type\s)?[^;]*?from '([^']+)'|^import '([^']+)'|import\('([^']+)'\)/gm;
  return [...(sources.get(file) ?? '').matchAll(pattern)]
    .filter(([, isType]) => types || !isType)
    .map(([, , from, bare, lazy]) => from ?? bare ?? lazy ?? '')
    .map((name) => (name.startsWith('.') ? sourceOf(path.posix.join(path.posix.dirname(file), name)) : name));
}

/** The source that is imported as `x.js`. */
function sourceOf(imported: string): string {
  const [plain, withJsx] = ['.ts', '.tsx'].map((ending) => imported.replace(/\.js$/, ending)) as [string, string];
  return sources.has(withJsx) ? withJsx : plain;
}

/** The room a file lies in, one of `floors`; a folder in a room of another floor belongs to it. */
function roomOf(file: string): string {
  const [top, second] = file.split('/') as [string, string];
  return top === 'train' || file.startsWith('serve/live/') ? `${top}/${second}` : top;
}

const floorOf = (file: string): number => floors.findIndex((rooms) => rooms.includes(roomOf(file)));

t.test('rooms import downward only', (t) => {
  for (const file of sources.keys()) {
    if (!t.ok(floorOf(file) >= 0, `${file} lies in a room of the design`)) continue;
    const ours = importsOf(file).filter((name) => sources.has(name));
    const wrong = ours.filter((name) => roomOf(name) !== roomOf(file) && floorOf(name) >= floorOf(file));
    t.strictSame(wrong, [], file);
    if (roomOf(file) !== 'serve' || isProgram(file)) continue;
    const beyond = ours.filter((name) => name.startsWith('train/') && !serverNeeds.test(name));
    t.strictSame(beyond, [], `${file} needs no training`);
  }
  t.end();
});

t.test('the kernels know of us only the class of errors, arrays that are shared, and compressed rows', (t) => {
  const known = ['data/errors.ts', 'data/checks.ts', 'data/shared-arrays.ts', 'graph/compressed-rows.ts'];
  for (const file of [...sources.keys()].filter((name) => name.startsWith('train/kernels/'))) {
    const outside = importsOf(file).filter((name) => sources.has(name) && !name.startsWith('train/kernels/'));
    t.strictSame(
      outside.filter((name) => !known.includes(name)),
      [],
      file,
    );
  }
  t.end();
});

t.test('a package is known in its own place only', (t) => {
  for (const file of sources.keys()) {
    for (const [name, place] of keepers) {
      if (!place.test(file))
        t.notOk(
          importsOf(file, { types: false }).find((from) => name.test(from)),
          `${file} ${name}`,
        );
    }
  }
  t.end();
});

t.test('a mechanism exists once', (t) => {
  for (const [sign, place] of mechanisms) {
    const found = [...sources].filter(([, text]) => sign.test(text)).map(([file]) => file);
    t.ok(found.some((file) => place.test(file)));
    t.strictSame(
      found.filter((file) => !place.test(file)),
      [],
      String(sign),
    );
  }
  t.end();
});

t.test('no import comes back to where it began, types counted', (t) => {
  const state = new Map<string, 'open' | 'done'>();
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === 'open') t.fail(`circle: ${[...trail, file].join(' -> ')}`);
    if (state.has(file)) return;
    state.set(file, 'open');
    for (const next of importsOf(file)) if (sources.has(next)) visit(next, [...trail, file]);
    state.set(file, 'done');
  };
  for (const file of sources.keys()) visit(file, []);
  t.equal(state.size, sources.size);
  t.end();
});

t.test('specs mirror sources: each is named after a file or a folder, in the same place', (t) => {
  const specs = readdirSync(path.join(root, 'spec'), { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(path.sep).join('/'))
    .filter((name) => name.endsWith('.test.ts') && name.includes('/'));
  t.ok(specs.length > 50);
  for (const spec of specs.filter((name) => !/^(bench|campaign|crossings|outside|spark)\//.test(name))) {
    const named = spec.slice(0, -'.test.ts'.length);
    const candidates = [`${named}.ts`, `${named}.tsx`, `${named}.js`, named, `${named}.worker.ts`];
    const isFolders = path.basename(path.dirname(spec)) === path.basename(named);
    t.ok(isFolders || candidates.some((file) => existsSync(path.join(root, file))), spec);
  }
  t.end();
});

t.test('a file is one idea: none has more than 400 lines', (t) => {
  for (const [file, text] of sources) t.ok(text.split('\n').length <= 401, file);
  t.end();
});
