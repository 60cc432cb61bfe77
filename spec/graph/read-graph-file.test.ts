import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import type { ItemTable } from '../../data/collection.js';
import { buildGraph } from '../../graph/bipartite-graph.js';
import { exportGraph } from '../../graph/export/export-graph.js';
import { wholeGraph } from '../../graph/export/subgraph.js';
import { readGraphFile } from '../../graph/read-graph-file.js';
import { sampleView, withoutInvalid } from './export/sample-view.js';

const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-graph-'));

function written(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** A table without the characters that XML cannot hold. */
const plain = ({ ids, titles, attributes }: ItemTable): ItemTable => ({
  ids: ids.map(withoutInvalid),
  titles: titles.map(withoutInvalid),
  attributes,
});

t.test('our own export read back gives the same graph, in every format', async (t) => {
  const view = sampleView(true);
  for (const format of ['json', 'gexf', 'graphml']) {
    const text = [...(exportGraph(format, wholeGraph(view)).files[0]?.pieces ?? [])].join('');
    const read = await readGraphFile(written(`own.${format}`, text));
    t.equal(read.name, `own.${format}`);
    const counts = { pinCount: read.pins.ids.length, boardCount: read.boards.ids.length };
    t.strictSame(buildGraph(read.saves, counts), view.graph, format);
    const clean = format === 'json' ? (table: ItemTable) => table : plain;
    t.strictSame([read.pins, read.boards], [clean(view.pins), clean(view.boards)], format);
  }
});

const foreign = `<?xml version="1.0"?><gexf xmlns="http://www.gexf.net/1.2draft" version="1.2"><graph defaultedgetype="directed">
<attributes class="node"><attribute id="0" title="type" type="string"/></attributes>
<nodes>
<node id="u1" label="Ann"><attvalues><attvalue for="0" value="user"/></attvalues></node>
<node id="m1" label="Alien"><attvalues><attvalue for="0" value="movie"/></attvalues></node>
<node id="m2" label="Brazil"/>
</nodes>
<edges><edge id="0" source="u1" target="m1"/><edge id="1" source="u1" target="m2"/></edges></graph></gexf>`;

t.test('a graph of another program is read with --pins, its other nodes told by their neighbors', async (t) => {
  const file = written('movies.gexf', foreign);
  const read = await readGraphFile(file, { pins: 'type=movie' });
  t.strictSame(
    [read.pins.ids, read.pins.titles],
    [
      ['m1', 'm2'],
      ['Alien', 'Brazil'],
    ],
  );
  t.strictSame([read.boards.ids, read.boards.titles], [['u1'], ['Ann']]);
  t.equal(read.saves.pins.length, 2);
});

t.test('what is no graph of pins and boards is refused in words that say what to do', async (t) => {
  const movies = written('movies.gexf', foreign);
  const loop = foreign.replace('source="u1" target="m2"', 'source="m1" target="m2"');
  const refusals: [string, string | undefined, string, RegExp][] = [
    [movies, undefined, 'INPUT_INVALID', /movies.gexf: fromGraphology: every node must be .*--pins ATTRIBUTE=VALUE$/],
    [movies, 'movie', 'OPTION_OUT_OF_RANGE', /--pins must be ATTRIBUTE=VALUE \(got movie\)/],
    [
      written(
        'loop.gexf',
        loop.replace('"Brazil"/>', '"Brazil"><attvalues><attvalue for="0" value="movie"/></attvalues></node>'),
      ),
      'type=movie',
      'INPUT_INVALID',
      /"m1" - "m2", two pins/,
    ],
    [
      written('broken.graphml', '<graphml>'),
      undefined,
      'INPUT_INVALID',
      /broken.graphml: must hold a graph \(got .*\)/,
    ],
    [
      written('cut.gexf', '<gexf><graph><nodes>\n<node id="a label="b"/></nodes></graph></gexf>'),
      undefined,
      'INPUT_INVALID',
      /cut.gexf: must hold a graph \(got XML line 2, column \d+: .*\)/,
    ],
    [
      // The reader of XML would go on behind each error.
      written('nested.gexf', `<gexf><graph><nodes><node id="a" la${'<a>'.repeat(3)}</nodes></graph></gexf>`),
      undefined,
      'INPUT_INVALID',
      /nested.gexf: must hold a graph \(got XML line 1, column \d+: .{1,300}\); write it/,
    ],
    [written('name.gexf', `<gexf><${'[a'.repeat(1000)}/></gexf>`), undefined, 'INPUT_INVALID', /^.{1,600}$/],
    [written('text.json', 'not JSON'), undefined, 'INPUT_INVALID', /text.json: must hold a graph/],
    [written('list.json', '[1]'), undefined, 'INPUT_INVALID', /list.json: must hold a graph|at least one edge/],
    [written('graph.dot', ''), undefined, 'INPUT_INVALID', /must end in one of gexf, graphml, json \(got graph.dot\)/],
    [path.join(folder, 'absent.gexf'), undefined, 'INPUT_MISSING', /absent.gexf/],
  ];
  for (const [file, pins, code, message] of refusals) {
    await t.rejects(readGraphFile(file, pins === undefined ? {} : { pins }), { code, message }, String(message));
  }
});
