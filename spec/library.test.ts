/** What programs may import: the names that the page lists, and how little each entry point loads. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { apiPage, entries, exportsOf } from '#tools/api.js';
import { root } from './tools/paths.js';

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

t.test('api.md has every exported name with its signature and what it is, and no other', (t) => {
  t.equal(read('spec/api.md'), apiPage(), 'to write it anew: node spec/tools/api.js');
  t.end();
});

t.test('package.json exports each entry point with its types, and nothing deeper', (t) => {
  const { exports } = JSON.parse(read('package.json')) as { exports: Record<string, unknown> };
  const expected = Object.entries(entries).map(([name, file]) => {
    const built = `./dist/${file.replace(/\.ts$/, '')}`;
    return [name.replace(/^pinwalk/, '.'), { types: `${built}.d.ts`, default: `${built}.js` }] as const;
  });
  t.strictSame(exports, { ...Object.fromEntries(expected), './package.json': './package.json' });
  t.end();
});

t.test('what is exported as a value is there', async (t) => {
  for (const file of Object.values(entries)) {
    const library = (await import(`../${file.replace(/\.ts$/, '.js')}`)) as Record<string, unknown>;
    const values = exportsOf(file).filter(({ signature }) => !/^(?:interface|type) /.test(signature));
    t.same(Object.keys(library).sort(), values.map(({ name }) => name).sort(), file);
  }
});

/** Files and packages that are loaded with a file: its imports and theirs, types and lazy ones left out. */
function loadedWith(file: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(file)) return loaded;
  loaded.add(file);
  const pattern = /^(?:import|export)\s(?!type\s)(?:[^;]*?from )?'([^']+)'/gm;
  for (const [statement, name = ''] of read(file).matchAll(pattern)) {
    const onlyTypes = /\{([^}]*)\}/
      .exec(statement)?.[1]
      ?.split(',')
      .every((part) => /^\s*(?:type\s.*)?$/.test(part));
    if (onlyTypes) continue;
    if (!name.startsWith('.')) loaded.add(name);
    else {
      const source = path.posix.join(path.posix.dirname(file), name).replace(/\.js$/, '.ts');
      if (existsSync(path.join(root, source))) loadedWith(source, loaded);
    }
  }
  return loaded;
}

t.test('pinwalk loads neither TensorFlow.js nor a server before one is made', (t) => {
  const loaded = [...loadedWith('serve/library.ts')];
  t.ok(loaded.includes('serve/row-recommender.ts'), 'imports are followed');
  t.same(
    loaded.filter((name) => /^@tensorflow|fastify|^graphology|prom-client|typebox/.test(name)),
    [],
  );
  t.end();
});

t.test('pinwalk/graph loads neither WebAssembly nor files', (t) => {
  const loaded = [...loadedWith('graph/library.ts')];
  t.ok(loaded.includes('graph/random-walk.ts'), 'imports are followed');
  const others = /^@tensorflow|^node:fs|better-sqlite3|^fastify|^(train|serve)\//;
  t.same(
    loaded.filter((name) => others.test(name)),
    [],
  );
  for (const file of loaded.filter((name) => name.endsWith('.ts'))) t.notMatch(read(file), /\bWebAssembly\./, file);
  t.end();
});
