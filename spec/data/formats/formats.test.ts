import { writeFileSync } from 'node:fs';
import path from 'node:path';
import t, { type Test } from 'tap';
import { formatNamed } from '../../../data/formats/formats.js';
import { loadCollection } from '../../../data/load.js';
import type { ReadingOptions } from '../../../data/reading-options.js';
import { formatReport } from '../../../data/validation-report.js';

/** Saves as `board>pin`, times as ISO 8601, and what is known of pins. */
async function load(t: Test, files: Record<string, string | Buffer>, reading: ReadingOptions) {
  const folder = t.testdir({});
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  const { collection, report } = await loadCollection({ folder }, { reading });
  const { pins, boards, saves } = collection;
  return {
    pairs: Array.from(saves.boards, (board, i) => `${boards.ids[board]}>${pins.ids[saves.pins[i] ?? -1]}`),
    times: Array.from(saves.savedAt ?? [], (time) =>
      Number.isNaN(time) ? '' : new Date(time).toISOString().slice(0, 10),
    ),
    weights: [...(saves.weights ?? [])],
    titles: pins.titles,
    boardTitles: boards.titles,
    tags: pins.attributes.map((own) => own?.['tags'] ?? own?.['genres']),
    text: formatReport(report),
    test: collection.givenTest?.boards.length,
  };
}

t.test('raindrop: folders are boards, tags are parted by commas, an excerpt may have lines', async (t) => {
  const csv =
    '\uFEFFid,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite\n' +
    '1,Guitar,,"An excerpt, with ""quotes""\nand a second line.",https://x.test/1,Music/Wood,"strings, old wood",2024-01-14T08:00:00.123Z,,,false\n';
  t.match(await load(t, { 'export.csv': csv }, { format: 'raindrop' }), {
    pairs: ['Music/Wood>https://x.test/1'],
    times: ['2024-01-14'],
    titles: ['Guitar'],
    tags: ['["strings","old wood"]'],
  });
});

t.test('pocket: every tag is a board, articles without one are counted', async (t) => {
  const head = 'title,url,time_added,tags,status\n';
  const files = {
    'part_000000.csv': `${head}"One\nBy Me",https://x.test/1,1319496783,a|b,archive\n`,
    'part_000001.csv': `${head}Two,https://x.test/2,1319496783,,unread\n`,
  };
  const result = await load(t, files, { format: 'pocket' });
  t.match(result, {
    pairs: ['a>https://x.test/1', 'b>https://x.test/1'],
    times: ['2011-10-24', '2011-10-24'],
    titles: ['One By Me'],
  });
  t.match(result.text, '1 rows left out: without a tag');
});

t.test('goodreads: shelves are boards, dates have slashes, ="..." is unwrapped', async (t) => {
  const csv =
    'Book Id,Title,Author,ISBN,Date Added,Bookshelves,Exclusive Shelf\n="0012",Title,Some Body,"=""0000000004""",2011/10/05,"sci-fi, to-read",to-read\n';
  t.match(await load(t, { 'goodreads_library_export.csv': csv }, { format: 'goodreads' }), {
    pairs: ['to-read>0012', 'sci-fi>0012'],
    times: ['2011-10-05', '2011-10-05'],
    titles: ['Title'],
  });
});

t.test('letterboxd: a file is a board, named by its list', async (t) => {
  const csv =
    'Letterboxd list export v7\nDate,Name,Tags,URL,Description\n2020-01-02,My list,,https://boxd.it/a,"A list"\n\n' +
    'Position,Name,Year,URL,Description\n1,"Film, A",1999,https://boxd.it/f,\n';
  t.match(await load(t, { 'list.csv': csv }, { format: 'letterboxd' }), {
    pairs: ['https://boxd.it/a>https://boxd.it/f'],
    titles: ['Film, A (1999)'],
    boardTitles: ['My list'],
  });
});

t.test('letterboxd: a quote in the midst of a field is refused with its line', async (t) => {
  const head = 'Letterboxd list export v7\nDate,Name,Tags,URL,Description\n2020-01-02,My list,,https://boxd.it/a,\n\n';
  const csv = `${head}Position,Name,Year,URL,Description\n1,Film,1999,https://boxd.it/f,\n2,A "film",1999,https://boxd.it/g,\n`;
  await t.rejects(load(t, { 'list.csv': csv }, { format: 'letterboxd' }), {
    code: 'INPUT_INVALID',
    message: /list.csv line 7: must be fields between commas/,
  });
});

t.test('million-playlist: playlists of a slice with their names and tracks', async (t) => {
  const tracks = [{ pos: 0, track_uri: 'spotify:track:1', track_name: 'Song', artist_name: 'Band' }];
  const slice = JSON.stringify({ info: {}, playlists: [{ name: 'Mix', pid: 7, tracks }] });
  t.match(await load(t, { 'mpd.slice.0-999.json': slice }, { format: 'million-playlist' }), {
    pairs: ['7>spotify:track:1'],
    titles: ['Song'],
    boardTitles: ['Mix'],
  });
});

t.test('netscape: folders are boards by their path, entities are characters, tags are read', async (t) => {
  const html =
    '<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p>\n<DT><H3 ADD_DATE="1">A &amp; B</H3>\n<DL><p>\n<DT><H3>In</H3>\n<DL><p>\n' +
    '<DT><A HREF="https://x.test/?a=1&amp;b=2" ADD_DATE="1319496783" TAGS="red,old wood">T&#233;a</A>\n</DL><p>\n</DL><p>\n' +
    '<DT><A HREF="https://x.test/2">Two</A>\n</DL>\n';
  t.match(await load(t, { 'bookmarks.html': html }, { format: 'netscape' }), {
    pairs: ['A & B/In>https://x.test/?a=1&b=2', 'Bookmarks>https://x.test/2'],
    titles: ['Téa', 'Two'],
    times: ['2011-10-24', ''],
    tags: ['["red","old wood"]', '[]'],
  });
});

t.test('lastfm-360k: plays are weights, an artist without a mbid goes by the name', async (t) => {
  const tsv = 'u1\tm1\tBand\t12\nu1\t\tOther, "x\t3\n';
  t.match(await load(t, { 'plays.tsv': tsv }, { format: 'lastfm-360k' }), {
    pairs: ['u1>m1', 'u1>Other, "x'],
    weights: [12, 3],
    titles: ['Band', 'Other, "x'],
  });
});

t.test('movielens: ratings from 4 up, titles in Latin-1, another threshold where it is named', async (t) => {
  const files = {
    'ratings.dat': '1::10::5::978300760\n1::11::3::978300760\n',
    'movies.dat': Buffer.from('10::Caf\xe9 (1990)::Drama|Comedy\n11::Two::Drama\n', 'latin1'),
  };
  const result = await load(t, files, { format: 'movielens' });
  t.match(result, {
    pairs: ['1>10'],
    times: ['2000-12-31'],
    titles: ['Café (1990)', 'Two'],
    tags: ['["Drama","Comedy"]', '["Drama"]'],
  });
  t.match(result.text, '1 rows left out: rated below 4');
  t.same((await load(t, files, { format: 'movielens', leastRating: 1 })).pairs, ['1>10', '1>11']);
  const tabs = await load(t, { 'u.data': '1\t10\t4\t978300760\n' }, { format: 'movielens' });
  t.same(tabs.pairs, ['1>10']);
});

t.test('lightgcn: a line is a user with all items, train and test are a split', async (t) => {
  const result = await load(t, { 'train.txt': '0 4 6\n1 22\n', 'test.txt': '0 5\n' }, { format: 'lightgcn' });
  t.match(result, { pairs: ['0>4', '0>6', '1>22'], test: 1 });
});

t.test('recbole: typed headers, titles and genres from .item', async (t) => {
  const files = {
    'ml.inter': 'user_id:token\titem_id:token\trating:float\ttimestamp:float\n0\t4\t4.0\t1387670400\n',
    'ml.item': 'item_id:token\tmovie_title:token_seq\tclass:token_seq\n4\tA Film\tDrama War\n',
  };
  t.match(await load(t, files, { format: 'recbole' }), { pairs: ['0>4'], times: ['2013-12-22'], titles: ['A Film'] });
});

t.test('zotero: every tag is a board', async (t) => {
  const csv = 'Key,Title,Date Added,Manual Tags,Automatic Tags\nK1,Work,2020-01-02 03:04:05,a; b,b; c\n';
  t.match(await load(t, { 'My Library.csv': csv }, { format: 'zotero' }), {
    pairs: ['a>K1', 'b>K1', 'c>K1'],
    titles: ['Work'],
  });
});

t.test('amazon: reviews as JSON and ratings as CSV, of both years', async (t) => {
  const json2018 = '{"reviewerID":"u","asin":"00012","overall":5.0,"unixReviewTime":1319496783}\n';
  t.match(await load(t, { 'x.json': json2018 }, { format: 'amazon-2018' }), {
    pairs: ['u>00012'],
    times: ['2011-10-24'],
  });
  t.same(
    (await load(t, { 'x.csv': '00012,u,5.0,1319496783\n' }, { format: 'amazon-2018' })).pairs,
    ['u>00012'],
    'item first',
  );
  const json2023 = '{"user_id":"u","asin":"A","parent_asin":"P","rating":2.0,"timestamp":1319496783000}\n';
  t.match(await load(t, { 'x.jsonl': json2023 }, { format: 'amazon-2023' }), { pairs: ['u>P'], times: ['2011-10-24'] });
  const csv = 'user_id,parent_asin,rating,timestamp\nu,P,2.0,1319496783000\nu,Q,5.0,1319496783000\n';
  t.same((await load(t, { 'x.csv': csv }, { format: 'amazon-2023', leastRating: 3 })).pairs, ['u>Q']);
});

t.test('a format that the files are not is refused, and so is a name that is none', async (t) => {
  await t.rejects(load(t, { 'export.csv': 'a,b\n1,2\n' }, { format: 'raindrop' }), {
    code: 'INPUT_INVALID',
    message: /--format needs a column url or pin \(got "a", "b"\)/,
  });
  await t.rejects(load(t, { 'x.csv': '' }, { format: 'recbole' }), {
    code: 'INPUT_MISSING',
    message: /must hold files of recbole/,
  });
  t.throws(() => formatNamed('movielen'), { code: 'OPTION_OUT_OF_RANGE', message: /did you mean movielens\?/ });
});

t.test('million-playlist: what is no playlist and no track is a row that is counted', async (t) => {
  const json =
    '{"playlists":[null,{"pid":1,"tracks":5},{"pid":12345678901234567890,"tracks":[null,{"track_uri":"u"}]}]}';
  t.match(await load(t, { 'mpd.slice.0-999.json': json }, { format: 'million-playlist' }), {
    pairs: ['12345678901234567890>u'],
    text: /4 rows, 1 kept, 3 malformed/,
  });
});
