/**
 * Two tables, nodes and edges, with the column names that Gephi's import looks for.
 *
 * A half of a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD and is counted; every other character stays.
 */
import { csvLine } from '../../data/writers/csv.js';
import { edgesOf, type ExportCounts, nodesOf, ownColumns, type Subgraph } from './subgraph.js';

/**
 * Writes the pins and boards of a subgraph as CSV: `Id, Label, Kind, ExternalId, Degree, Community, CommunityTitle`, and the further columns
 * of the data.
 *
 * @param counts  `nodes` and `strippedCharacters` are added to
 */
export function* writeNodesCsv(subgraph: Subgraph, counts: ExportCounts): Generator<string> {
  const titles = new Map<string, string>(); // of communities; each stands at many nodes and counts once
  const wellFormed = (text: string): string =>
    text.replace(/\p{Surrogate}/gu, () => {
      counts.strippedCharacters++;
      return '\ufffd';
    });
  const own = ownColumns(subgraph);
  const names = own.map(({ name }) => wellFormed(name));
  yield csvLine(['Id', 'Label', 'Kind', 'ExternalId', 'Degree', 'Community', 'CommunityTitle', ...names]);
  for (const { key, kind, id, title, community, degree, attributes } of nodesOf(subgraph)) {
    const [externalId, ownTitle] = [wellFormed(id), wellFormed(title)];
    const communityTitle = community ? (titles.get(community.title) ?? wellFormed(community.title)) : '';
    if (community) titles.set(community.title, communityTitle);
    const label = title === '' ? externalId : ownTitle;
    const fields = [key, label, kind, externalId, degree, community?.number ?? '', communityTitle];
    yield csvLine([...fields, ...own.map(({ attribute }) => wellFormed(String(attributes?.[attribute] ?? '')))]);
    counts.nodes++;
  }
}

/**
 * Writes the saves of a subgraph as CSV: `Source, Target, Type, Weight`, keys as in the nodes table.
 *
 * @param counts  `edges` is added to
 */
export function* writeEdgesCsv(subgraph: Subgraph, counts: ExportCounts): Generator<string> {
  yield 'Source,Target,Type,Weight\n';
  for (const { source, target, weight } of edgesOf(subgraph)) {
    yield `${source},${target},Undirected,${weight}\n`;
    counts.edges++;
  }
}
