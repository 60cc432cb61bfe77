/** The rooms and the arrows between them, as spec/design.md section 2 draws them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';

const root = path.join(import.meta.dirname, '..');
const sources = new Map(['data', 'graph', 'train', 'serve'].flatMap(filesBelow).map((file) => [file, read(file)]));

/** What a room may import of ours, beside itself. */
const arrows: Readonly<Record<string, RegExp>> = {
  data: /^data\//,
  graph: /^(data|graph)\//,
  train: /^(data|graph|train)\//,
  serve: /^(data|graph|serve)\/|^train\/(ranking|content)\//,
};

/** Packages that only one place may know, and the file extension of that place. */
const keepers: readonly (readonly [RegExp, RegExp])[] = [
  [/^@tensorflow\//, /^train\//],
  [/^better-sqlite3/, /^data\/sqlite\.ts$/],
  [/^graphology/, /^graph\/(communities\.ts|export\/)/],
  [/^fastify|^@fastify/, /^serve\//],
  [/^echarts/, /^train\/report\/charts\.ts$/],
  [/^preact/, /^train\/report\//],
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

/** Thin programs stand on top of every room. */
const isProgram = (file: string): boolean => /^serve\/(cli|program)\.ts$|^serve\/commands\//.test(file);

t.test('rooms import along the arrows of the design only', (t) => {
  for (const file of sources.keys()) {
    const allowed = arrows[file.split('/')[0] as string] as RegExp;
    const wrong = importsOf(file).filter((name) => name.includes('/') && sources.has(name) && !allowed.test(name));
    if (!isProgram(file)) t.strictSame(wrong, [], file);
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

t.test('no import comes back to where it began', (t) => {
  const state = new Map<string, 'open' | 'done'>();
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === 'open') t.fail(`circle: ${[...trail, file].join(' -> ')}`);
    if (state.has(file)) return;
    state.set(file, 'open');
    for (const next of importsOf(file, { types: false })) if (sources.has(next)) visit(next, [...trail, file]);
    state.set(file, 'done');
  };
  for (const file of sources.keys()) visit(file, []);
  t.pass('all files were visited');
  t.end();
});

t.test('a file is one idea: none has more than 400 lines', (t) => {
  for (const [file, text] of sources) t.ok(text.split('\n').length <= 401, file);
  t.end();
});
