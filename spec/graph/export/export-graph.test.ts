import { parse as parseCsv } from 'csv-parse/sync';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { MultiGraph, UndirectedGraph } from 'graphology';
import { parse as parseGexf } from 'graphology-gexf';
import { parse as parseGraphml } from 'graphology-graphml';
import type { AbstractGraph, SerializedGraph } from 'graphology-types';
import t, { type Test } from 'tap';
import { type ExportedFile, exportFormats, exportGraph } from '../../../graph/export/export-graph.js';
import { colorOf, sizeOf } from '../../../graph/export/looks.js';
import {
  edgesOf,
  type ExportedNode,
  nodesOf,
  type Subgraph,
  wholeGraph,
  withoutSaves,
} from '../../../graph/export/subgraph.js';
import { XmlText } from '../../../graph/export/xml-text.js';
import { sampleView, withoutInvalid } from './sample-view.js';

/** Exports to text; one string a file. */
function exported(format: string, subgraph: Subgraph) {
  const { files, counts } = exportGraph(format, subgraph);
  const texts = files.map((file: ExportedFile) => [...file.pieces].join(''));
  return { texts, counts };
}

/** Compares a graph that a reader made with the subgraph, every attribute of every node and edge. */
function checkGraph(
  t: Test,
  read: AbstractGraph,
  subgraph: Subgraph,
  { clean, looksOf = () => ({}) }: { clean: (text: string) => string; looksOf?: (node: ExportedNode) => object },
): void {
  const nodes = [...nodesOf(subgraph)];
  const edges = [...edgesOf(subgraph)];
  t.equal(read.order, nodes.length);
  t.equal(read.size, edges.length);
  for (const node of nodes) {
    const { key, kind, id, title, degree, community } = node;
    t.strictSame(
      { ...read.getNodeAttributes(key) },
      {
        label: clean(title === '' ? id : title),
        kind,
        externalId: clean(id),
        degree,
        ...(title !== '' && { title: clean(title) }),
        ...(community && { community: community.number, communityTitle: community.title }),
        ...looksOf(node),
      },
    );
  }
  for (const { source, target, weight } of edges) t.equal(read.getEdgeAttribute(source, target, 'weight'), weight);
}

/** How a node looks, as graphology reads it in GEXF. */
function looksInGexf(node: ExportedNode): object {
  return { color: `rgb(${colorOf(node).join()})`, size: sizeOf(node) };
}

/** The same in GraphML. */
function looksInGraphml(node: ExportedNode): object {
  return { color: `#${Buffer.from(colorOf(node)).toString('hex')}`, size: sizeOf(node) };
}

t.test('GEXF opens in graphology-gexf and in an XML parser, with every name that XML can hold', (t) => {
  for (const weights of [false, true]) {
    const whole = wholeGraph(sampleView(weights));
    const { texts, counts } = exported('gexf', whole);
    const text = texts.join('');
    t.equal(XMLValidator.validate(text), true);
    checkGraph(t, parseGexf(UndirectedGraph, text), whole, { clean: withoutInvalid, looksOf: looksInGexf });
    const xml = new XMLParser({ ignoreAttributes: false }).parse(text) as {
      gexf: { graph: { nodes: { node: unknown[] }; edges: { edge: unknown[] } } };
    };
    t.equal(xml.gexf.graph.nodes.node.length, 8);
    t.equal(xml.gexf.graph.edges.edge.length, 7);
    // the title of pin 3 loses 3 characters, its id 2; a label is one of the two and counts no second time
    t.strictSame(counts, { nodes: 8, edges: 7, strippedCharacters: 5 });
  }
  t.end();
});

t.test('GraphML opens in graphology-graphml and in an XML parser, with every name that XML can hold', (t) => {
  for (const weights of [false, true]) {
    const whole = wholeGraph(sampleView(weights));
    const { texts, counts } = exported('graphml', whole);
    const text = texts.join('');
    t.equal(XMLValidator.validate(text), true);
    checkGraph(t, parseGraphml(UndirectedGraph, text), whole, { clean: withoutInvalid, looksOf: looksInGraphml });
    const xml = new XMLParser({ ignoreAttributes: false }).parse(text) as {
      graphml: { key: unknown[]; graph: { node: unknown[]; edge: unknown[] } };
    };
    t.equal(xml.graphml.graph.node.length, 8);
    t.equal(xml.graphml.graph.edge.length, 7);
    t.equal(xml.graphml.key.length, 13);
    t.strictSame(counts, { nodes: 8, edges: 7, strippedCharacters: 5 });
  }
  t.end();
});

t.test('JSON opens in graphology with every character', (t) => {
  const whole = wholeGraph(sampleView(true));
  const { texts, counts } = exported('json', whole);
  const read = UndirectedGraph.from(JSON.parse(texts.join('')) as SerializedGraph);
  checkGraph(t, read, whole, { clean: (text) => text });
  t.strictSame(counts, { nodes: 8, edges: 7, strippedCharacters: 0 });
  t.end();
});

t.test('CSV gives two tables that csv-parse reads, with every character that UTF-8 can hold', (t) => {
  const whole = wholeGraph(sampleView(true));
  const { texts, counts } = exported('csv', whole);
  const [edges, nodes] = texts.map((text) => parseCsv(text, { columns: true }) as unknown as Record<string, string>[]);
  t.strictSame(
    edges?.map(({ Source, Target, Weight }) => ({ source: Source, target: Target, weight: Number(Weight) })),
    [...edgesOf(whole)],
  );
  t.strictSame(
    nodes?.map((row) => ({ ...row })),
    Array.from(nodesOf(whole), ({ key, kind, id, title, community, degree }) => ({
      Id: key,
      Label: (title === '' ? id : title).replace(/\p{Surrogate}/gu, '\ufffd'),
      Kind: kind,
      ExternalId: id,
      Degree: String(degree),
      Community: String(community?.number ?? ''),
      CommunityTitle: community?.title ?? '',
    })),
  );
  t.strictSame(counts, { nodes: 8, edges: 7, strippedCharacters: 1 });
  t.strictSame(
    exportGraph('csv', whole).files.map(({ suffix }) => suffix),
    ['', '.nodes'],
  );
  t.end();
});

t.test('a pin without saves carries a mark of its own, since some readers take nothing for community 0', (t) => {
  const whole = wholeGraph(sampleView());
  const [alone] = [...nodesOf(whole)].filter(({ id }) => id === 'alone');
  t.strictSame(alone?.community, withoutSaves);
  t.strictSame(withoutSaves, { number: -1, title: 'without saves' });
  t.match(exported('gexf', whole).texts.join(''), '<attvalue for="community" value="-1"/>');
  t.match(exported('graphml', whole).texts.join(''), '<data key="community">-1</data>');
  t.match(exported('csv', whole).texts[1], /^p4,alone,pin,alone,0,-1,without saves$/m);
  const without = wholeGraph({ ...sampleView(), communityTitles: [] });
  t.notMatch(exported('json', without).texts.join(''), 'community', 'a graph without communities has no mark');
  t.end();
});

t.test('further columns of the data leave beside ours, under another name where we have one of that name', (t) => {
  const view = sampleView();
  const pins = {
    ...view.pins,
    attributes: [
      { tags: 'a|b', kind: 'song' },
      { Label: 'EMI & co', year: 1999, Tags: 'c' },
      undefined,
      undefined,
      undefined,
    ],
  };
  const whole = wholeGraph({ ...view, pins });
  const expected = [
    { tags: 'a|b', 'own kind': 'song' },
    { 'own Label': 'EMI & co', year: '1999', 'own Tags': 'c' },
  ];
  const gexf = parseGexf(UndirectedGraph, exported('gexf', whole).texts.join(''));
  const graphml = parseGraphml(UndirectedGraph, exported('graphml', whole).texts.join(''));
  for (const [pin, own] of expected.entries()) {
    t.match(gexf.getNodeAttributes(`p${pin}`), own);
    t.match(graphml.getNodeAttributes(`p${pin}`), own);
  }
  const rows = parseCsv<Record<string, string>>(exported('csv', whole).texts[1] ?? '', { columns: true });
  t.match(rows[1], { tags: '', 'own Label': 'EMI & co', year: '1999' });
  const json = UndirectedGraph.from(JSON.parse(exported('json', whole).texts.join('')) as SerializedGraph);
  t.match(json.getNodeAttributes('p0'), { kind: 'pin', 'own kind': 'song' });
  t.match(json.getNodeAttributes('p1'), { year: 1999, 'own Label': 'EMI & co' });
  t.end();
});

t.test('formats that can hold it have the modularity of the communities', (t) => {
  const whole = wholeGraph({ ...sampleView(), modularity: 0.25 });
  t.match(exported('gexf', whole).texts.join(''), '<description>modularity 0.25</description>');
  t.match(exported('graphml', whole).texts.join(''), '<data key="modularity">0.25</data>');
  const { attributes } = JSON.parse(exported('json', whole).texts.join('')) as SerializedGraph;
  t.strictSame(attributes, { creator: 'Pinwalk', modularity: 0.25 });
  t.end();
});

t.test('communities have colors of their own, and sizes grow with the degree', (t) => {
  const color = (number: number): string => colorOf({ community: { number, title: '' } }).join();
  const colors = new Set(Array.from({ length: 60 }, (_, number) => color(number)));
  t.equal(colors.size, 60);
  t.equal(color(-1), '153,153,153');
  t.equal(color(0), '207,48,48', 'hue 0');
  t.strictSame(colorOf({ community: undefined }), [153, 153, 153]);
  t.same(
    [0, 3, 99].map((degree) => sizeOf({ degree })),
    [4, 8, 40],
  );
  t.end();
});

t.test('a weight of 0.1 leaves as 0.1', (t) => {
  const view = sampleView(true);
  view.graph.pinsOfBoard.weights?.fill(0.1);
  for (const format of exportFormats)
    t.match(
      exported(format, wholeGraph(view)).texts[0],
      /weight="0\.1"|"weight">0\.1<|"weight":0\.1}|Undirected,0\.1\n/,
    );
  t.end();
});

t.test('every format exports an empty part of a graph', (t) => {
  const empty = { view: sampleView(), pins: new Uint32Array(), boards: new Uint32Array() };
  const text = (format: string) => exported(format, empty).texts.join('');
  t.equal(parseGexf(MultiGraph, text('gexf')).order, 0);
  t.equal(parseGraphml(UndirectedGraph, text('graphml')).order, 0);
  t.equal(UndirectedGraph.from(JSON.parse(text('json')) as SerializedGraph).order, 0);
  t.equal(text('csv').split('\n').length, 3);
  t.end();
});

t.test('exportGraph hands over pieces of about 64 KiB, never the whole at once', (t) => {
  const view = sampleView();
  const titles = view.pins.titles.map((title) => title + 'x'.repeat(50_000));
  const pins = { ...view.pins, titles };
  for (const format of exportFormats) {
    const [file] = exportGraph(format, wholeGraph({ ...view, pins })).files.slice(-1);
    const lengths = Array.from(file?.pieces ?? [], (piece) => piece.length);
    t.ok(lengths.length > 2, `${format}: ${lengths.join(', ')}`);
    t.ok(Math.max(...lengths) < 65_536 + 110_000);
  }
  t.end();
});

t.test('exportGraph refuses a format it does not write', (t) => {
  t.throws(() => exportGraph('dot', wholeGraph(sampleView())), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'exportGraph: format must be one of gexf, graphml, json, csv (got dot)',
  });
  t.end();
});

t.test('XmlText keeps every character XML allows, and counts the others', (t) => {
  const xml = new XmlText();
  for (let code = 0; code <= 0x10ffff; code += code < 0x11000 ? 1 : 4099) {
    const allowed =
      code === 9 ||
      code === 10 ||
      code === 13 ||
      (code >= 0x20 && code <= 0xd7ff) ||
      (code >= 0xe000 && code <= 0xfffd) ||
      code >= 0x10000;
    const before = xml.strippedCharacters;
    const isKept = xml.escape(String.fromCodePoint(code)) !== '';
    if (isKept !== allowed || xml.strippedCharacters - before !== Number(!allowed)) t.fail(`U+${code.toString(16)}`);
  }
  t.equal(xml.escape('👩‍🚀 <a href="x">\'&\'</a>'), '👩‍🚀 &lt;a href=&quot;x&quot;&gt;&apos;&amp;&apos;&lt;/a&gt;');
  t.end();
});
