/**
 * The stage of related lists: what the server answers for each pin, by the same ranking.
 */
import type { StoredMatrix } from '../../data/generation/schema.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { queriesOf } from '../ranking/query.js';
import { Ranker } from '../ranking/ranker.js';
import { recommend } from '../ranking/recommend.js';
import { fusionWeights, rankingDefaults, type RankingSettings } from '../ranking/settings.js';
import { readVectors } from './embeddings.js';
import { openGraphFile } from './graph-file.js';
import { checkPins, type RowStage } from './row-stage.js';
import { integersOf } from './table.js';

/** Queries scored together: memory is so many floats a pin. */
const batch = 64;

/** What a batch ranks by; fixed, since a batch has no validation to choose on. */
export const batchRanking: RankingSettings = Object.freeze({
  ...rankingDefaults,
  boardWeights: fusionWeights({ walk: 1, embedding: 1 }),
  pinWeights: fusionWeights({ walk: 1, embedding: 1 }),
});

/** Matrices as the ranker and a generation have them: one vector a pin, in queries and as a target. */
export function matricesOf(vectors: Float32Array, pinCount: number): ReadonlyMap<string, StoredMatrix> {
  const matrix = { rows: pinCount, columns: pinCount === 0 ? 0 : vectors.length / pinCount, values: vectors };
  return new Map([
    ['pin.query', matrix],
    ['pin.target', matrix],
    ['pin.bias', { rows: pinCount, columns: 1, values: new Float32Array(pinCount) }],
  ]);
}

/** Pins to the pins related to them. Cost O(P) a pin and what its walk touches. */
export const relatedStage: RowStage<{ readonly graph: BipartiteGraph; readonly vectors: Float32Array }> = {
  table: 'related',
  load: ({ graphFile = '', vectorFile = '' }) => ({
    graph: openGraphFile(graphFile),
    vectors: readVectors(vectorFile),
  }),
  open: ({ graph, vectors }, { options: { relatedCount: k } }) => {
    const ranker = Ranker.open({ graph, matrices: matricesOf(vectors, graph.pinCount), settings: batchRanking });
    return (rows) => {
      const pins = integersOf(rows, 'pin');
      checkPins(pins, graph.pinCount);
      const lists = [];
      for (let at = 0; at < pins.length; at += batch) {
        const asked = Uint32Array.from(pins.subarray(at, at + batch));
        const isExcluded = (pin: number, query: number): boolean => pin === asked[query];
        const question = { kind: 'pins', strategy: 'fused', k, isExcluded } as const;
        lists.push(...recommend(ranker, queriesOf(graph, 'pins', asked), question));
      }
      const offsets = new Int32Array(pins.length + 1);
      lists.forEach((list, n) => (offsets[n + 1] = (offsets[n] as number) + list.pins.length));
      const found = new Int32Array(offsets[pins.length] as number);
      const scores = new Float32Array(found.length);
      lists.forEach((list, n) => {
        found.set(list.pins, offsets[n]);
        scores.set(list.scores, offsets[n]);
      });
      const columns = { pin: pins, pins: { offsets, values: found }, scores: { offsets, values: scores } };
      return { rowCount: pins.length, columns };
    };
  },
};
