import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { cachedRows, cacheKey } from '../../../train/content/vector-cache.js';
import { contentBlocks } from '../../../train/content/content-blocks.js';
import { threeCliques } from '../../../data/synthetic.js';

t.test('cachedRows computes again what is of another length', async (t) => {
  const folder = t.testdir();
  const key = cacheKey('m', ['a', undefined, '']);
  t.not(key, cacheKey('m', ['a', '', undefined]), 'none is not empty');
  t.not(key, cacheKey('m', ['a', undefined]));
  writeFileSync(path.join(folder, `rows-${key}.f32`), 'truncated');
  let count = 0;
  const compute = () => Promise.resolve(Float32Array.of(1, ++count));
  for (let round = 0; round < 2; round++) {
    t.same(await cachedRows({ cacheFolder: folder }, { name: 'rows', key, length: 2 }, compute), Float32Array.of(1, 1));
  }
  t.same(await cachedRows({}, { name: 'rows', key, length: 2 }, compute), Float32Array.of(1, 2));
});

t.test('a cache that cannot be written or read is said once, and the rows come all the same', async (t) => {
  const folder = t.testdir({ taken: '', 'rows-unreadable.f32': {} });
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  const compute = () => Promise.resolve(Float32Array.of(3));
  const cacheFolder = path.join(folder, 'taken');
  t.same(await cachedRows({ cacheFolder, say }, { name: 'rows', key: 'a', length: 1 }, compute), Float32Array.of(3));
  t.equal(said.length, 1);
  t.match(
    said[0],
    /^cache: rows are not kept for the next run: .*taken.*must be folders \(got EEXIST\); move the file/,
  );
  t.same(
    await cachedRows({ cacheFolder: folder, say }, { name: 'rows', key: 'unreadable', length: 1 }, compute),
    Float32Array.of(3),
  );
  t.same(readdirSync(folder).sort(), ['rows-unreadable.f32', 'taken']);

  const { collection } = threeCliques();
  const { pins } = collection;
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h3v6z"/></svg>';
  const pictures = pins.ids.map(() => new TextEncoder().encode(svg));
  const titled = { ...collection, pins: { ...pins, titles: pins.ids.map((id) => `a ${id}`), pictures } };
  said.length = 0;
  const blocks = await contentBlocks(titled, { cacheFolder, say });
  t.same([...blocks.keys()], ['title', 'picture']);
  t.equal(said.length, 1, said.join('; '));
});

t.test('cached rows that a disk has changed are computed again', async (t) => {
  const folder = t.testdir();
  const compute = () => Promise.resolve(Float32Array.of(1, 2));
  const rows = () => cachedRows({ cacheFolder: folder }, { name: 'rows', key: 'a', length: 2 }, compute);
  await rows();
  const file = path.join(folder, 'rows-a.f32');
  const whole = readFileSync(file);
  for (let at = 0; at < whole.length; at++) {
    const damaged = Buffer.from(whole);
    damaged[at] = (whole[at] as number) ^ 4;
    writeFileSync(file, damaged);
    t.same(await rows(), Float32Array.of(1, 2));
    t.same(readFileSync(file), whole);
  }
});
