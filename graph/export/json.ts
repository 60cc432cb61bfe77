/**
 * Graphology's serialized graph: `Graph.from(JSON.parse(text))` in JavaScript, plain lists of nodes and edges elsewhere.
 */
import { edgesOf, type ExportCounts, nodesOf, type Subgraph } from './subgraph.js';

/**
 * Writes a subgraph as graphology JSON.
 *
 * @param counts  added to: nodes and edges; JSON holds every character
 * @returns the document in pieces of one node or edge
 */
export function* writeJson(subgraph: Subgraph, counts: ExportCounts): Generator<string> {
  yield '{"options":{"type":"undirected","multi":false,"allowSelfLoops":false},"attributes":{"creator":"Pinwalk"},\n"nodes":[';
  let separator = '\n';
  for (const node of nodesOf(subgraph)) {
    const { key, kind, id, title, community, degree } = node;
    const label = title === '' ? id : title;
    const grouped = community && { community: community.number, communityTitle: community.title };
    const attributes = { label, kind, externalId: id, ...(title !== '' && { title }), degree, ...grouped };
    yield separator + JSON.stringify({ key, attributes });
    separator = ',\n';
    counts.nodes++;
  }
  yield '\n],\n"edges":[';
  separator = '\n';
  for (const { source, target, weight } of edgesOf(subgraph)) {
    yield separator + JSON.stringify({ source, target, attributes: { weight } });
    separator = ',\n';
    counts.edges++;
  }
  yield '\n]}\n';
}
