/**
 * Prints a graph as graphology reads it, for graphs.py, in the lines of ReadWithGephi.java: `node read-with-graphology.js FILE`.
 */
import { readFileSync } from 'node:fs';
import { UndirectedGraph } from 'graphology';
import gexf from 'graphology-gexf';
import graphml from 'graphology-graphml';

const file = process.argv[2] ?? '';
const text = readFileSync(file, 'utf8');
const graph = file.endsWith('.json')
  ? UndirectedGraph.from(JSON.parse(text))
  : (file.endsWith('.gexf') ? gexf : graphml).parse(UndirectedGraph, text);
const lines = graph.mapNodes((key, { community, degree, color, size, externalId }) =>
  ['node', key, community, degree, ...channelsOf(color), size ?? '', externalId].join('\t'),
);
graph.forEachEdge((_edge, { weight }, source, target) => lines.push(['edge', source, target, weight].join('\t')));
console.log(lines.join('\n'));

/** Red, green and blue of `rgb(1,2,3)` (GEXF) or `#010203` (GraphML); three blanks where the format says none. */
function channelsOf(/** @type {string | undefined} */ color) {
  if (color?.startsWith('#')) return [...Buffer.from(color.slice(1), 'hex')];
  return color?.match(/\d+/g) ?? ['', '', ''];
}
