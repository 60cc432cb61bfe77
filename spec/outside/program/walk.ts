/** Walks over a graphology graph of this program's own. */
import { UndirectedGraph } from 'graphology';
import { exactWalk, findCommunities, fromGraphology, pixieWalk, randomWalk, toGraphology } from 'pinwalk/graph';

const music = new UndirectedGraph<{ type: 'song' | 'list' }>();
for (const song of ['umbrella', 'rain', 'sun', 'thunder']) music.addNode(song, { type: 'song' });
for (const [list, songs] of [
  ['wet', ['umbrella', 'rain']],
  ['storm', ['rain', 'thunder']],
  ['sky', ['sun', 'rain', 'thunder']],
] as const) {
  music.addNode(list, { type: 'list' });
  for (const song of songs) music.addEdge(list, song);
}

const graph = fromGraphology(music, { isPin: (_node, { type }) => type === 'song' });
console.log(randomWalk(graph, 'umbrella'), pixieWalk(graph, ['umbrella', 'sun']), exactWalk(graph, 'umbrella'));
if (exactWalk(graph, 'umbrella').pinIds.join() !== 'rain') throw new Error('one hop pair leads to rain alone');
if (pixieWalk(graph, ['umbrella', 'sun']).pinIds[0] !== 'rain') throw new Error('rain lies near both');
const back = toGraphology(graph, { communities: findCommunities(graph) });
if (back.order !== music.order || back.size !== music.size) throw new Error('the graph came back another one');
