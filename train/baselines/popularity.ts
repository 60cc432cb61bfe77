/** Popularity: every board gets the most saved pins. The floor under every other figure. */
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { degrees } from '../../graph/compressed-rows.js';
import type { Scorer } from '../evaluation/scorer.js';

/** Scores a pin by its number of known saves, whatever the query; pins without saves are not reached. */
export function popularity(graph: BipartiteGraph): Scorer {
  const saves = Float32Array.from(degrees(graph.boardsOfPin));
  const repeat = (rows: Uint32Array): Float32Array => {
    const scores = new Float32Array(rows.length * saves.length);
    for (let n = 0; n < rows.length; n++) scores.set(saves, n * saves.length);
    return scores;
  };
  return { name: 'popularity', scoreBoards: repeat, scorePins: repeat };
}
