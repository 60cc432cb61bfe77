import t from 'tap';
import { openGeneration } from '../../data/generation/read.js';
import { searchTitles } from '../../serve/search.js';
import { pinIds, tinyContents, writeTinyGeneration } from './world.js';

/** Ids of the pins that `text` finds, with titles put in the place of the tiny world's first ones. */
function finder(titles: readonly string[]) {
  const contents = tinyContents();
  const pins = { ...contents.pins, titles: pinIds.map((_, pin) => titles[pin] ?? '') };
  const generation = openGeneration(writeTinyGeneration({ ...contents, pins }));
  t.teardown(() => generation.close());
  return (text: string) => {
    const { matches, fallback } = searchTitles(generation.pins, text, { limit: 10, offset: 0 });
    return { ids: matches.map(({ row }) => pinIds[row]).sort(), fallback };
  };
}

t.test('words of Chinese, Japanese, Korean and Thai are found wherever they stand', (t) => {
  const find = finder(['木吉他演奏入门教程', '猫のいる生活1', '대한민국여행', 'กีตาร์โปร่งมือใหม่3', 'กิตาร์', 'DVD映画']);
  for (const [text, pin] of [
    ['吉他', 0],
    ['入门教程', 0],
    ['いる', 1],
    ['生活', 1],
    ['민국', 2],
    ['โปร่ง', 3],
    ['กีตาร์', 3],
    ['映画', 5],
    ['DVD', 5],
  ] as const)
    t.same(find(text), { ids: [pinIds[pin]], fallback: null }, text);
  t.same(find('他吉').ids, [], 'letters stand in their order');
  t.end();
});

t.test('pins without a title are found by their ids, blank titles count as none', (t) => {
  const find = finder(['Tea', '', '  ']);
  t.same(find('cloud').ids, ['cloud']);
  t.same(find('guitar').ids, ['guitar']);
  t.same(find('umbrella').ids, [], 'a title stands for itself');
  t.end();
});

t.test('a misspelled word finds what was likely meant, and that is said', (t) => {
  const find = finder(['Acoustic violin', 'Old violin', 'Rain']);
  t.same(find('violinn'), { ids: [pinIds[1], pinIds[0]].sort(), fallback: 'nearWord' });
  t.same(find('acustic violin'), { ids: [pinIds[0]], fallback: 'nearWord' });
  t.same(find('viol'), { ids: [pinIds[0], pinIds[1]].sort(), fallback: null });
  t.same(find('violin rain'), { ids: pinIds.slice(0, 3).sort(), fallback: 'anyWord' });
  t.same(find('xylophone'), { ids: [], fallback: null });
  t.end();
});

t.test('a search of more words than a title has is refused, and few of the wrong ones are corrected', (t) => {
  const find = finder(['umbrella', 'guitar']);
  t.throws(() => find('a '.repeat(17)), { code: 'OPTION_OUT_OF_RANGE', message: /^search: the number of words / });
  const missing = 'xxxxx yyyyy zzzzz';
  t.match(find(`${missing} umbrela`), { fallback: 'nearWord' });
  t.same(find(`${missing} wwwww umbrela`).ids, [], 'the fifth');
  t.end();
});
