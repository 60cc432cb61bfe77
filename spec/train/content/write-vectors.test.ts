import t from 'tap';
import { loadCollection } from '../../../data/load.js';
import { embedTitles } from '../../../train/content/title-vectors.js';
import { int8Npy, writeVectors } from '../../../train/content/write-vectors.js';

t.test('writeVectors writes what a reader of the folder finds again', async (t) => {
  const folder = t.testdir({
    'pins.tsv': 'id\ttitle\n7\tumbrella\na\train\nb\t\n',
    'saves.tsv': 'board\tpin\nx\t7\nx\ta\ny\tb\n',
    'pictures.tsv': 'a\t<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h3v6z"/></svg>\n',
  });
  const { collection } = await loadCollection({ folder });
  t.same(await writeVectors(folder, collection, 1), ['title', 'picture']);
  const { vectors } = (await loadCollection({ folder })).collection;
  t.same([...(vectors.get('picture')?.present ?? [])], [0, 1, 0]);
  const expected = await embedTitles(collection.pins.titles);
  const title = vectors.get('title');
  t.same([...(title?.present ?? [])], [1, 1, 0]);
  const largestError = Math.max(...expected.values.map((x, at) => Math.abs(x - (title?.values[at] ?? NaN))));
  t.ok(largestError < 0.002, `off by ${largestError} at most`);
});

t.test('int8Npy is a NumPy array of format 1.0, aligned to 64 bytes', (t) => {
  const bytes = int8Npy({ dimension: 2, values: Float32Array.of(0.5, -0.25, 0, 0), present: Uint8Array.of(1, 0) });
  t.equal(Buffer.from(bytes.subarray(0, 8)).toString('latin1'), '\x93NUMPY\x01\x00');
  t.equal((bytes.length - 4) % 64, 0);
  t.same([...Int8Array.from(bytes.subarray(-4))], [127, -63, 0, 0]);
  t.end();
});
