/** What README and the pages under spec/ say is what the source has; their links lead somewhere, their commands and examples work. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { formerNames } from '../data/former-names.js';
import { schema } from '../data/generation/schema.js';
import { loadCollection } from '../data/load.js';
import { run } from '../serve/program.js';
import { configDefaults, configSchema, describeRange } from '../train/config.js';
import { searchSpace } from '../train/experiments/search-space.js';
import { strategies } from '../train/ranking/settings.js';
import { pinIds, tinyContents, writeTinyGeneration } from './serve/world.js';
import { root } from './tools/paths.js';

const pageNames = ['README.md', ...readdirSync(path.join(root, 'spec')).filter((file) => file.endsWith('.md'))];
/** Text by path from the root. */
const pages = new Map(
  pageNames.map((name) => (name === 'README.md' ? name : `spec/${name}`)).map((file) => [file, read(file)]),
);
/** Decisions tell of what was; all other pages of what is. */
const current = new Map([...pages].filter(([file]) => file !== 'spec/decisions.md'));
const readme = page('README.md');

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

function page(file: string): string {
  return pages.get(file) ?? '';
}

/** The text from a heading to the next of its level. */
function section(file: string, title: string): string {
  const after = page(file).split(`\n## ${title}\n`)[1] ?? '';
  return after.split('\n## ')[0] ?? '';
}

/** What is left of a page without its code blocks. */
const prose = (text: string): string => text.replaceAll(/^ *```[^]*?^ *```$/gm, '');

/** Code blocks of a language, without the indentation that they have in a list. */
function blocks(text: string, language: string): string[] {
  const found = text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([^]*?)^ *\`\`\`$`, 'gm'));
  return [...found].map(([, indent = '', code = '']) => code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
}

const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

async function help(...command: string[]): Promise<string> {
  let text = '';
  await run([...command, '--help'], { out: (piece) => (text += piece), err: (piece) => (text += piece) });
  return text;
}

/** Names of commands, as `--help` lists them. */
async function commandNames(): Promise<string[]> {
  return [...(await help()).matchAll(/^ {2}(\w+) +(?:\[options\]|[A-Z])/gm)].map(([, command]) => command as string);
}

/** Long and short options of a command, as its `--help` lists them. */
async function flagsOf(command: string): Promise<string[]> {
  return [...(await help(command)).matchAll(/^ {2}(?:(-\w), )?(--[\w-]+)/gm)].flatMap(([, short, long]) =>
    short ? [short, long as string] : [long as string],
  );
}

t.test('README has at most 200 lines of at most 140 characters', (t) => {
  const lines = readme.trimEnd().split('\n');
  t.ok(lines.length <= 200, `${lines.length} lines`);
  t.strictSame(
    lines.filter((line) => line.length > 140),
    [],
  );
  t.end();
});

t.test('README begins with the commands that a fresh clone needs', (t) => {
  const [first = ''] = blocks(readme, 'sh');
  const commands = [...first.matchAll(/^(npm [^#]*?) *#/gm)].map(([, command]) => command);
  t.same(commands, ['npm ci && npm start', 'npm cit', 'npm run train -- --data DIR']);
  t.ok(readme.indexOf('```sh') < 900, 'a few lines stand before them');
  t.end();
});

t.test('every page is linked from README, and begins with what it answers', (t) => {
  for (const [file, text] of pages) {
    if (file !== 'README.md') t.ok(readme.includes(`](${file})`), `README links ${file}`);
    t.match(text, /^# [^\n]+\n\n[A-Z][^\n]+/, `${file} has a title and a sentence`);
  }
  t.end();
});

t.test('every link between pages leads to a file, and to a heading where it names one', (t) => {
  const anchors = (text: string): string[] =>
    [...prose(text).matchAll(/^#+ (.+)$/gm)].map(
      ([, title = '']) =>
        title
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
          .replaceAll(' ', '-'), // as GitHub makes them
    );
  for (const [file, text] of pages) {
    for (const [, target = '', anchor] of prose(text).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)) {
      const named = target === '' ? file : path.posix.join(path.posix.dirname(file), target);
      if (!t.ok(existsSync(path.join(root, named)), `${file}: ${named}`)) continue;
      if (anchor !== undefined) t.ok(anchors(read(named)).includes(anchor), `${file}: ${named}#${anchor}`);
    }
  }
  t.end();
});

t.test('every file of ours that a page names is there', (t) => {
  let count = 0;
  for (const [file, text] of current) {
    for (const [, named = ''] of text.matchAll(/`((?:data|graph|train|serve|spec|findings)\/[\w./-]*\w)`/g)) {
      t.ok(existsSync(path.join(root, named)), `${file}: ${named}`);
      count++;
    }
  }
  t.ok(count > 10);
  t.end();
});

t.test('every command line on a page names a command and options that there are', async (t) => {
  const known = new Map(
    await Promise.all((await commandNames()).map(async (name) => [name, await flagsOf(name)] as const)),
  );
  const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);
  const bench = read('spec/bench/bench.ts');
  const native = read('train/backend/native.js');
  let count = 0;
  for (const [file, text] of current) {
    const lines = [...text.matchAll(/(?:npm run|npx pinwalk) ([\w:]+)((?: (?!#)[^\s`]+)*)/g)];
    for (const [line, script = '', rest = ''] of lines) {
      const flags = rest.split(' ').flatMap((word) => /^--?[a-z][\w-]*/.exec(word)?.[0] ?? []);
      const what = `${file}: ${line}`;
      const isPlaceholder = /^[A-Z]+$/.test(script);
      const isThere = line.startsWith('npx') ? known.has(script) : scripts.includes(script);
      if (!isPlaceholder) t.ok(isThere, what);
      const options = known.get(script);
      for (const flag of flags) {
        count++;
        if (options) t.ok(options.includes(flag), `${what}: ${flag}`);
        else if (script === 'bench') t.match(bench, new RegExp(`'${flag}[ ']`), `${what}: ${flag}`);
        else if (script === 'native') t.match(native, `${flag.slice(2)}: {`, `${what}: ${flag}`);
      }
      if (script === 'bench' && /^ -- [a-z]/.test(rest)) t.match(bench, `.command('${rest.split(' ')[2]}')`, what);
    }
  }
  t.ok(count > 40, `${count} options were looked up`);
});

t.test('the table of parameters has the names, defaults and ranges of the config, in its order', (t) => {
  const row = /^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| [^|]{10,} \|$/gm;
  const listed = [...section('spec/parameters.md', 'Every parameter').matchAll(row)].map(([, ...cells]) => cells);
  const expected = Object.entries(configSchema.properties).map(([name, schema]) => {
    return [name, String(configDefaults[name as keyof typeof configDefaults]), describeRange(schema)];
  });
  t.same(listed, expected);
  t.end();
});

t.test('the eight parameters of README have the defaults of the config', (t) => {
  const listed = [...readme.matchAll(/^\| `(\w+)` \| ([^|]+) \| [^|]{10,} \|$/gm)].map(([, ...cells]) => cells);
  t.equal(listed.length, 8);
  for (const [name = '', standard] of listed) {
    t.equal(standard, String(configDefaults[name as keyof typeof configDefaults]), name);
  }
  t.end();
});

t.test('the table of what tune searches is the search space', (t) => {
  const row = /^\| `(\w+)`(?: \((network|rows|terms)\))? \| ([^|]+) \|$/gm;
  const listed = [...section('spec/parameters.md', 'What tune searches').matchAll(row)].map(([, ...cells]) => cells);
  t.same(
    listed,
    searchSpace.map(({ name, part, values }) => [name, part, values]),
  );
  t.end();
});

t.test('the table of former names is the table that reads them', (t) => {
  const row = /^\| (\w+) \| `(\w+)` \| `(\w+)` \|$/gm;
  const listed = [...section('spec/parameters.md', 'Former names').matchAll(row)].map(([, ...cells]) => cells);
  const expected = Object.entries(formerNames).flatMap(([kind, names]) =>
    Object.entries(names).map(([former, name]) => [kind, former, name]),
  );
  t.same(listed, expected);
  t.end();
});

t.test('the tables of commands have every command and its options, and no other', async (t) => {
  const rows = [...section('spec/commands.md', 'Every command').matchAll(/^\| `(\w+)` \| ([^|]+) \|/gm)];
  const names = rows.map(([, command]) => command as string);
  const commands = await commandNames();
  t.same(names.sort(), commands.sort());
  const first = [...section('README.md', 'Commands').matchAll(/^\| ([^|]+) \|/gm)].map(([, cell]) => cell as string);
  const short = first.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name as string));
  t.same(short.filter((name) => commands.includes(name)).sort(), commands.sort(), 'README');
  const firstColumn = (title: string): string =>
    [...section('spec/input.md', title).matchAll(/^\| ([^|]+) \|/gm)].map(([, cell]) => cell).join();
  const parameters = Object.keys(configSchema.properties).map(flagOf);
  for (const [, command = '', options = ''] of rows) {
    const all = options.includes('#reading-options') ? options + firstColumn('Reading options') : options;
    const named = [...all.matchAll(/`(--[\w-]+)`/g)].map(([, flag]) => flag as string);
    const flags = (await flagsOf(command)).filter((flag) => flag.startsWith('--'));
    const own = flags.filter((flag) => flag !== '--help' && !(command === 'train' && parameters.includes(flag)));
    t.same(named.sort(), own.sort(), command);
  }
});

t.test('the table of routes has every path that the server answers, and README no other', (t) => {
  const files = readdirSync(path.join(root, 'serve'), { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts')).map((file) => path.join(root, 'serve', file));
  const routes = sources.flatMap((file) => {
    const found = readFileSync(file, 'utf8').matchAll(/\bapp\.(get|post)\(\s*'([^']+)'/g);
    return [...found].map(([, method, url]) => `${method?.toUpperCase()} ${url}`);
  });
  const rows = [...section('spec/http.md', 'Routes').matchAll(/^\| (GET|POST) \| ([^|]+) \|/gm)];
  const listed = rows.flatMap(([, method, urls]) =>
    [...(urls ?? '').matchAll(/`([^`]+)`/g)].map(([, url]) => `${method} ${url}`),
  );
  t.same([...listed, 'GET /openapi.json'].sort(), routes.sort());
  const short = [...readme.matchAll(/`((?:GET|POST) [^`]+)`/g)].map(([, route]) => route as string);
  t.ok(short.length >= 4);
  t.same(
    short.filter((route) => !routes.includes(route)),
    [],
  );
  t.end();
});

t.test('the strategies that pages list are those that can be asked for', (t) => {
  const listed = [...section('spec/http.md', 'Lists').matchAll(/^\| `(\w+)`(?: \(default\))? \|/gm)];
  t.same(
    listed.map(([, name]) => name),
    strategies,
  );
  const [, named = ''] = /`strategy` \(([^)]+)\)/.exec(readme) ?? [];
  t.same(
    [...named.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    strategies,
  );
  t.end();
});

t.test('the tables of a generation are named as its schema has them', (t) => {
  const listed = [...section('spec/formats.md', 'A generation').matchAll(/^\| (`[^|]+`) \|/gm)].map(([, cell]) => cell);
  for (const [, name = ''] of schema.matchAll(/CREATE (?:VIRTUAL )?TABLE (\w+)/g)) {
    t.ok(
      listed.some((cell) => cell?.includes(`\`${name}\``)),
      name,
    );
  }
  t.end();
});

t.test('the rooms of the design are those that the layout is checked by, floor by floor', (t) => {
  const [, floors = ''] = /const floors[^=]*= \[([^]*?)\n\];/.exec(read('spec/layout.test.ts')) ?? [];
  const checked = [...floors.matchAll(/^ {2}\[([^\]]*)\],$/gm)].flatMap(([, rooms = ''], floor) =>
    [...rooms.matchAll(/'([^']+)'/g)].map(([, room]) => `${floor} ${room}`),
  );
  t.ok(checked.length > 15);
  const rows = [...section('spec/design.md', '2. Rooms').matchAll(/^\| (\d+) \| ([^|]+) \|/gm)];
  const listed = rows.flatMap(([, floor, rooms = '']) =>
    [...rooms.matchAll(/`([^`]+?)\/?`/g)].map(([, room]) => `${floor} ${room}`),
  );
  t.same(listed.sort(), checked.sort());
  t.end();
});

/** Runs an example of README as a module, with our own packages from the source; resolves to the lines that it prints. */
async function runExample(code: string, print: string): Promise<string[]> {
  const entries = { pinwalk: '../serve/library.js', 'pinwalk/graph': '../graph/library.js' };
  const source = code.replaceAll(/from '([^']+)'/g, (_, name: string) => {
    const ours = entries[name as keyof typeof entries];
    return `from '${ours === undefined ? import.meta.resolve(name) : new URL(ours, import.meta.url).href}'`;
  });
  const printed: string[] = [];
  Object.assign(globalThis, { [print]: (...words: unknown[]) => printed.push(words.join(' ')) });
  try {
    await import(`data:text/javascript,${encodeURIComponent(source.replaceAll('console.log', `globalThis.${print}`))}`);
  } finally {
    Reflect.deleteProperty(globalThis, print);
  }
  return printed;
}

t.test("README's example of a generation prints the pins related to one", async (t) => {
  const [example = ''] = blocks(readme, 'ts');
  t.ok(example.trim().split('\n').length <= 7);
  const file = writeTinyGeneration(tinyContents());
  const [asked = ''] = pinIds;
  const code = example.replace('runs/mine/pinwalk.sqlite', file).replace('song-7', asked);
  const printed = await runExample(code, 'printList');
  t.ok(printed.length > 0);
  for (const line of printed) {
    const [, pin = '', score = ''] = /^(.*) (\S+)$/.exec(line) ?? [];
    t.ok(pinIds.includes(pin) && pin !== asked && Number(score) > 0, line);
  }
});

t.test("README's example of a graphology graph walks to the other songs of the list", async (t) => {
  const [, example = ''] = blocks(readme, 'ts');
  t.ok(example.trim().split('\n').length <= 7);
  const [printed = ''] = await runExample(example, 'printWalk');
  t.same(printed.split(',').sort(), ['song-12', 'song-90']);
});

t.test("README's own data has ten lines and is read without a rejected row", async (t) => {
  const [table = ''] = blocks(readme, 'csv');
  t.equal(table.trim().split('\n').length, 10);
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-pages-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, 'saves.csv'), table);
  const { collection } = await loadCollection({ savesFile: path.join(folder, 'saves.csv') });
  t.equal(collection.saves.pins.length, 9);
  t.same([...collection.boards.ids], ["ann's running", 'road trip', 'slow sunday']);
});
