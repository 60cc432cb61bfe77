import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { readLists } from '../../../train/evaluation/read-lists.js';

const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-lists-'));
t.teardown(() => rmSync(folder, { recursive: true }));

async function read(
  text: string,
  isPin: (id: string) => boolean = () => false,
): Promise<[readAs: string, lists: object]> {
  const file = path.join(folder, 'lists');
  writeFileSync(file, text);
  const { lists, readAs } = await readLists(file, isPin);
  return [readAs, Object.fromEntries(lists)];
}

t.test(
  'a table is ordered by its rank, else by its score, else as it stands; quoted ids and empty lists are read',
  async (t) => {
    t.same(await read('query,rank,pin\nb1,2,"x, y"\nb1,1,z\nb2,,\n'), [
      'a table, lists by rank',
      { b1: ['z', 'x, y'], b2: [] },
    ]);
    t.same(await read('user_id\titem_id\tscore\nu\ta\t-2\nu\tb\t0.5\nu\tc\t0.5\n'), [
      'a table, lists by score',
      { u: ['b', 'c', 'a'] },
    ]);
    t.same(await read('\ufeffQuery,Doc No\r\nq,b\r\nq,a\r\n'), ['a table, lists by their order', { q: ['b', 'a'] }]);
  },
);

t.test('a TREC run is ordered by its score', async (t) => {
  t.same(await read('q1 Q0 d2 1 0.25 x\nq1 Q0 d1 2 7e-1 x\nq2 Q0 d1 1 1 x\n'), [
    'a TREC run, lists by score',
    { q1: ['d1', 'd2'], q2: ['d1'] },
  ]);
});

t.test('lines of a query and pins are read between tabs, and between blanks where that is no id itself', async (t) => {
  t.same(await read('b 1\tx y\tz\nb2\t\n'), ['a line a query', { 'b 1': ['x y', 'z'], b2: [] }]);
  t.same(await read('b\tx y z\n'), ['a line a query', { b: ['x', 'y', 'z'] }]);
  t.same(await read('b\tx y z\n', (id) => id === 'x y z'), ['a line a query', { b: ['x y z'] }]);
});

t.test('what is none of these is refused with what it may be', async (t) => {
  await t.rejects(read('{"a": 1}\n'), {
    code: 'INPUT_INVALID',
    message: /must be a table with a header \(query, pin, rank or score\), a TREC run, or lines of query, tab and pins/,
  });
  await t.rejects(read('query,pin,rank\nb,x,first\n'), { message: /rank of "b" must be a number \(got first\)/ });
  await t.rejects(read('q Q0 d 1 high x\n'), {
    message: /must be "query Q0 pin rank score tag" \(got q Q0 d 1 high x\)/,
  });
  await t.rejects(
    readLists(path.join(folder, 'no'), () => false),
    { code: 'INPUT_MISSING' },
  );
});
