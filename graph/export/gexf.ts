/**
 * GEXF 1.3, the format of Gephi, written line by line: graphology-gexf's writer would hold graph and text in memory at once.
 */
import { colorOf, sizeOf } from './looks.js';
import { edgesOf, type ExportCounts, nodesOf, ownColumns, type Subgraph } from './subgraph.js';
import { XmlText } from './xml-text.js';

/**
 * Writes a subgraph as GEXF, nodes colored by community and as large as their degree has them.
 *
 * @param counts  added to: nodes, edges, and the characters of titles and ids that XML cannot hold, left out
 * @returns the document in pieces of one node or edge
 */
export function* writeGexf(subgraph: Subgraph, counts: ExportCounts): Generator<string> {
  const xml = new XmlText();
  const { modularity } = subgraph.view;
  const found = modularity === undefined ? '' : `<description>modularity ${modularity}</description>`;
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n';
  yield `<meta><creator>Pinwalk</creator>${found}</meta>\n<graph mode="static" defaultedgetype="undirected">\n`;
  yield '<attributes class="node">\n';
  for (const [name, type] of nodeAttributes) yield `<attribute id="${name}" title="${name}" type="${type}"/>\n`;
  const own = ownColumns(subgraph); // under numbers: graphology-gexf calls a column by its id where that is no number
  for (const [n, { name }] of own.entries()) yield `<attribute id="${n}" title="${xml.escape(name)}" type="string"/>\n`;
  yield '</attributes>\n<nodes>\n';
  for (const node of nodesOf(subgraph)) {
    const { key, kind, id, title, community, degree } = node;
    const [externalId, ownTitle] = [xml.escape(id), xml.escape(title)];
    const values = [value('kind', kind), value('externalId', externalId), value('degree', degree)];
    if (title !== '') values.push(value('title', ownTitle));
    if (community) {
      values.push(value('community', community.number), value('communityTitle', xml.escapeOnce(community.title)));
    }
    own.forEach(({ attribute }, n) => {
      const given = node.attributes?.[attribute];
      if (given !== undefined) values.push(value(n, xml.escape(String(given))));
    });
    const label = title === '' ? externalId : ownTitle;
    const [red, green, blue] = colorOf(node);
    const looks = `<viz:color r="${red}" g="${green}" b="${blue}"/><viz:size value="${sizeOf(node)}"/>`;
    yield `<node id="${key}" label="${label}"><attvalues>${values.join('')}</attvalues>${looks}</node>\n`;
    counts.nodes++;
  }
  yield '</nodes>\n<edges>\n';
  for (const { source, target, weight } of edgesOf(subgraph)) {
    yield `<edge id="e${counts.edges}" source="${source}" target="${target}" weight="${weight}"/>\n`;
    counts.edges++;
  }
  yield '</edges>\n</graph>\n</gexf>\n';
  counts.strippedCharacters += xml.strippedCharacters;
}

const nodeAttributes = [
  ['kind', 'string'],
  ['externalId', 'string'],
  ['title', 'string'],
  ['degree', 'integer'],
  ['community', 'integer'],
  ['communityTitle', 'string'],
] as const;

function value(name: (typeof nodeAttributes)[number][0] | number, escaped: string | number): string {
  return `<attvalue for="${name}" value="${escaped}"/>`;
}
