/**
 * Graphology's serialized graph: `Graph.from(JSON.parse(text))` in JavaScript, plain lists of nodes and edges elsewhere.
 */
import {
  edgesOf,
  type ExportCounts,
  type ExportedNode,
  nodesOf,
  type OwnColumn,
  ownColumns,
  type Subgraph,
} from './subgraph.js';

/**
 * Writes a subgraph as graphology JSON.
 *
 * @param counts  added to: nodes and edges; JSON holds every character
 * @returns the document in pieces of one node or edge
 */
export function* writeJson(subgraph: Subgraph, counts: ExportCounts): Generator<string> {
  const { modularity } = subgraph.view;
  const attributes = JSON.stringify({ creator: 'Pinwalk', ...(modularity !== undefined && { modularity }) });
  yield `{"options":{"type":"undirected","multi":false,"allowSelfLoops":false},"attributes":${attributes},\n"nodes":[`;
  let separator = '\n';
  const own = ownColumns(subgraph);
  for (const node of nodesOf(subgraph)) {
    yield separator + JSON.stringify({ key: node.key, attributes: attributesOf(node, own) });
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

/** What a node says of itself, under the names that every format here has for it; beside them the data's further columns. */
export function attributesOf(node: ExportedNode, own: readonly OwnColumn[]): Record<string, string | number | boolean> {
  const { kind, id, title, community, degree, attributes } = node;
  const further = own.flatMap(({ attribute, name }) => {
    const value = attributes?.[attribute];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(further),
    ...{ label: title === '' ? id : title, kind, externalId: id },
    ...(title !== '' && { title }),
    degree,
    ...(community && { community: community.number, communityTitle: community.title }),
  };
}
