/** What README says of parameters, commands and routes is what the source has; its example runs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { run } from '../serve/program.js';
import { searchSpace } from '../train/experiments/search-space.js';
import { configDefaults, configSchema, describeRange } from '../train/config.js';

const root = path.join(import.meta.dirname, '..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');

/** The text from a heading to the next of its level. */
function section(title: string): string {
  const after = readme.split(`\n## ${title}\n`)[1] ?? '';
  return after.split('\n## ')[0] ?? '';
}

t.test('README begins with the commands that a fresh clone needs', (t) => {
  const commands = [...readme.slice(0, 500).matchAll(/^(npm [^#]*?) *#/gm)].map(([, command]) => command);
  t.same(commands, ['npm ci && npm start', 'npm cit', 'npm run train -- --data DIR']);
  t.end();
});

t.test('the table of parameters has the names, defaults and ranges of the config, in its order', (t) => {
  const row = /^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| [^|]{10,} \|$/gm;
  const listed = [...section('Parameters').matchAll(row)].map(([, ...cells]) => cells);
  const expected = Object.entries(configSchema.properties).map(([name, schema]) => {
    return [name, String(configDefaults[name as keyof typeof configDefaults]), describeRange(schema)];
  });
  t.same(listed, expected);
  t.end();
});

t.test('the table of what tune searches is the search space', (t) => {
  const row = /^\| `(\w+)`(?: \((network|rows|terms)\))? \| ([^|]+) \|$/gm;
  const listed = [...section('Parameters').matchAll(row)].map(([, ...cells]) => cells);
  t.same(
    listed,
    searchSpace.map(({ name, part, values }) => [name, part, values]),
  );
  t.end();
});

t.test('the table of commands has every command and its options, and no other', async (t) => {
  const help = async (...command: string[]): Promise<string> => {
    let text = '';
    await run([...command, '--help'], { out: (piece) => (text += piece), err: (piece) => (text += piece) });
    return text;
  };
  const rows = [...section('Command line').matchAll(/^\| `(\w+)` \| ([^|]+) \|/gm)];
  const listed = rows.map(([, command]) => command as string);
  const known = [...(await help()).matchAll(/^ {2}(\w+) \[options\]/gm)].map(([, command]) => command as string);
  t.same(listed.sort(), known.sort());
  const parameters = Object.keys(configSchema.properties).map(flagOf);
  for (const [, command = '', options = ''] of rows) {
    const named = [...options.matchAll(/`(--[\w-]+)`/g)].map(([, flag]) => flag as string);
    const text = await help(command);
    const flags = [...text.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag as string);
    const own = flags.filter((flag) => flag !== '--help' && !(command === 'train' && parameters.includes(flag)));
    t.same(named.sort(), own.sort(), command);
  }
});

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

t.test('the table of routes has every path that the server answers', (t) => {
  const files = readdirSync(path.join(root, 'serve'), { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts')).map((file) => path.join(root, 'serve', file));
  const routes = sources.flatMap((file) => {
    const found = readFileSync(file, 'utf8').matchAll(/\bapp\.(get|post)\(\s*'([^']+)'/g);
    return [...found].map(([, method, url]) => `${method?.toUpperCase()} ${url}`);
  });
  const rows = [...section('API').matchAll(/^\| (GET|POST) \| ([^|]+) \|/gm)];
  const listed = rows.flatMap(([, method, urls]) =>
    [...(urls ?? '').matchAll(/`([^`]+)`/g)].map(([, url]) => `${method} ${url}`),
  );
  t.same([...listed, 'GET /openapi.json'].sort(), routes.sort());
  t.end();
});

t.test('the example recommends guitars for a guitar', async (t) => {
  const [, example = ''] = /```js\n([^`]+)```/.exec(readme) ?? [];
  t.ok(example.trim().split('\n').length <= 10, 'it has at most ten lines');
  const printed: string[] = [];
  const source = example
    .replaceAll(/'\.\/dist\/([^']+)'/g, (_, file: string) => `'${new URL(`../${file}`, import.meta.url).href}'`)
    .replaceAll('console.log', 'globalThis.print');
  Object.assign(globalThis, { print: (...words: string[]) => printed.push(words.join(' ')) });
  t.teardown(() => Reflect.deleteProperty(globalThis, 'print'));
  await import(`data:text/javascript,${encodeURIComponent(source)}`);
  t.equal(printed.length, 5);
  for (const line of printed) t.match(line, /^guitar 1 -> guitar \d \d\.\d\d$/);
});

t.test('every file that README names beside the source is there', (t) => {
  const named = [...readme.matchAll(/`((?:data|graph|train|serve|spec)\/[\w./-]+)`|\]\((spec\/[\w./-]+)\)/g)];
  t.ok(named.length > 5);
  for (const [, code, link] of named) {
    const file = code ?? link ?? '';
    t.ok(existsSync(path.join(root, file)), file);
  }
  t.end();
});
