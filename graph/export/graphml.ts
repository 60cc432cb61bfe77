/**
 * GraphML, read by yEd, Gephi, Cytoscape, igraph and NetworkX, written line by line.
 *
 * Source: Brandes et al. 2002, GraphML progress report; http://graphml.graphdrawing.org.
 */
import { colorOf, sizeOf } from './looks.js';
import { edgesOf, type ExportCounts, nodesOf, ownColumns, type Subgraph } from './subgraph.js';
import { XmlText } from './xml-text.js';

/**
 * Writes a subgraph as GraphML, colors and sizes under the names that Gephi looks for: `r`, `g`, `b` and `size`.
 *
 * @param counts  added to: nodes, edges, and the characters of titles and ids that XML cannot hold, left out
 * @returns the document in pieces of one node or edge
 */
export function* writeGraphml(subgraph: Subgraph, counts: ExportCounts): Generator<string> {
  const xml = new XmlText();
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n';
  for (const [name, owner, type] of keys) {
    yield `<key id="${name}" for="${owner}" attr.name="${name}" attr.type="${type}"/>\n`;
  }
  const own = ownColumns(subgraph);
  for (const [n, { name }] of own.entries())
    yield `<key id="own${n}" for="node" attr.name="${xml.escape(name)}" attr.type="string"/>\n`;
  yield '<graph edgedefault="undirected">\n';
  const { modularity } = subgraph.view;
  if (modularity !== undefined) yield `${data('modularity', modularity)}\n`;
  for (const node of nodesOf(subgraph)) {
    const { key, kind, id, title, community, degree } = node;
    const [externalId, ownTitle] = [xml.escape(id), xml.escape(title)];
    const values = [data('label', title === '' ? externalId : ownTitle), data('kind', kind)];
    values.push(data('externalId', externalId), data('degree', degree));
    if (title !== '') values.push(data('title', ownTitle));
    if (community)
      values.push(data('community', community.number), data('communityTitle', xml.escapeOnce(community.title)));
    const [red, green, blue] = colorOf(node);
    values.push(data('r', red), data('g', green), data('b', blue), data('size', sizeOf(node)));
    own.forEach(({ attribute }, n) => {
      const given = node.attributes?.[attribute];
      if (given !== undefined) values.push(data(`own${n}`, xml.escape(String(given))));
    });
    yield `<node id="${key}">${values.join('')}</node>\n`;
    counts.nodes++;
  }
  for (const { source, target, weight } of edgesOf(subgraph)) {
    yield `<edge source="${source}" target="${target}">${data('weight', weight)}</edge>\n`;
    counts.edges++;
  }
  yield '</graph>\n</graphml>\n';
  counts.strippedCharacters += xml.strippedCharacters;
}

const keys = [
  ['label', 'node', 'string'],
  ['kind', 'node', 'string'],
  ['externalId', 'node', 'string'],
  ['title', 'node', 'string'],
  ['degree', 'node', 'int'],
  ['community', 'node', 'int'],
  ['communityTitle', 'node', 'string'],
  ['r', 'node', 'int'],
  ['g', 'node', 'int'],
  ['b', 'node', 'int'],
  ['size', 'node', 'double'],
  ['weight', 'edge', 'double'],
  ['modularity', 'graph', 'double'],
] as const;

function data(name: (typeof keys)[number][0] | `own${number}`, escaped: string | number): string {
  return `<data key="${name}">${escaped}</data>`;
}
