import { parse as parseCsv } from 'csv-parse/sync';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { MultiGraph, UndirectedGraph } from 'graphology';
import { parse as parseGexf } from 'graphology-gexf';
import { parse as parseGraphml } from 'graphology-graphml';
import type { AbstractGraph, SerializedGraph } from 'graphology-types';
import t, { type Test } from 'tap';
import { type ExportedFile, exportFormats, exportGraph } from '../../../graph/export/export-graph.js';
import { edgesOf, nodesOf, type Subgraph, wholeGraph } from '../../../graph/export/subgraph.js';
import { XmlText } from '../../../graph/export/xml-text.js';
import { sampleView, withoutInvalid } from './sample-view.js';

/** Exports to text; one string a file. */
function exported(format: string, subgraph: Subgraph) {
  const { files, counts } = exportGraph(format, subgraph);
  const texts = files.map((file: ExportedFile) => [...file.pieces].join(''));
  return { texts, counts };
}

/** Compares a graph that a reader made with the subgraph, every attribute of every node and edge. */
function checkGraph(t: Test, read: AbstractGraph, subgraph: Subgraph, clean: (text: string) => string): void {
  const nodes = [...nodesOf(subgraph)];
  const edges = [...edgesOf(subgraph)];
  t.equal(read.order, nodes.length);
  t.equal(read.size, edges.length);
  for (const { key, kind, id, title, degree, community } of nodes) {
    t.strictSame(
      { ...read.getNodeAttributes(key) },
      {
        label: clean(title === '' ? id : title),
        kind,
        externalId: clean(id),
        degree,
        ...(title !== '' && { title: clean(title) }),
        ...(community && { community: community.number, communityTitle: community.title }),
      },
    );
  }
  for (const { source, target, weight } of edges) t.equal(read.getEdgeAttribute(source, target, 'weight'), weight);
}

t.test('GEXF opens in graphology-gexf and in an XML parser, with every name that XML can hold', (t) => {
  for (const weights of [false, true]) {
    const whole = wholeGraph(sampleView(weights));
    const { texts, counts } = exported('gexf', whole);
    const text = texts.join('');
    t.equal(XMLValidator.validate(text), true);
    checkGraph(t, parseGexf(UndirectedGraph, text), whole, withoutInvalid);
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
    checkGraph(t, parseGraphml(UndirectedGraph, text), whole, withoutInvalid);
    const xml = new XMLParser({ ignoreAttributes: false }).parse(text) as {
      graphml: { key: unknown[]; graph: { node: unknown[]; edge: unknown[] } };
    };
    t.equal(xml.graphml.graph.node.length, 8);
    t.equal(xml.graphml.graph.edge.length, 7);
    t.equal(xml.graphml.key.length, 8);
    t.strictSame(counts, { nodes: 8, edges: 7, strippedCharacters: 5 });
  }
  t.end();
});

t.test('JSON opens in graphology with every character', (t) => {
  const whole = wholeGraph(sampleView(true));
  const { texts, counts } = exported('json', whole);
  const read = UndirectedGraph.from(JSON.parse(texts.join('')) as SerializedGraph);
  checkGraph(t, read, whole, (text) => text);
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
