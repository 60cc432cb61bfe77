/**
 * A generation made from saves alone, in seconds: walk, filter, titles and communities. It is served while a training runs.
 */
import type { Collection } from '../data/collection.js';
import { writeGeneration } from '../data/generation/write.js';
import { buildGraph } from '../graph/bipartite-graph.js';
import { findCommunities } from '../graph/communities.js';
import type { Config } from './config.js';
import { findSpectralFactors } from './features/model-inputs.js';
import { generationMeta } from './generation-meta.js';
import { splitOf } from './prepare.js';
import type { Progress } from './progress.js';
import { fusionWeights, rankingDefaults, type RankingSettings } from './ranking/settings.js';

/** Spectral factors that the filter is given: few, so that they are found in a second or two. */
const factorCount = 32;

/** The defaults without what is trained; titles count a little, for pins that few boards hold. */
const untrainedSettings: RankingSettings = {
  ...rankingDefaults,
  boardWeights: fusionWeights({ walk: 0.5, filter: 1, pinTitle: 0.1 }),
  pinWeights: fusionWeights({ walk: 0.5, filter: 1, pinTitle: 0.1 }),
  coldWeights: fusionWeights({ content: 1, contentNeighbors: 1 }),
};

/**
 * Writes a generation of all saves; `untrained` in its meta says what it is.
 *
 * @throws PinwalkError `STORAGE_FAILED`
 *
 * Cost: seconds for 100,000 saves; most of it communities, factors, and reading the file's checksum.
 */
export function writeUntrainedGeneration(
  file: string,
  given: Collection,
  { config, progress }: { readonly config: Config; readonly progress: Progress },
): void {
  const { collection } = splitOf(given, config);
  const { pins, boards } = collection;
  const graph = buildGraph(collection.saves, { pinCount: pins.ids.length, boardCount: boards.ids.length });
  const few = {
    ...config,
    spectralRank: Math.min(config.spectralRank, factorCount),
    spectralDimension: 0,
    learnIds: false,
  };
  const factors = findSpectralFactors(graph, few, { progress });
  const communities = findCommunities(graph, {
    titles: { pins: pins.titles, boards: boards.titles },
    seed: config.seed,
  });
  writeGeneration(file, {
    meta: {
      ...generationMeta(collection, config, graph),
      ranking: untrainedSettings,
      untrained: true,
    },
    ...{ pins, boards, graph, communities },
    matrices: new Map(
      factors && [
        ['pin.structure', { rows: graph.pinCount, columns: factors.rank, values: factors.pinFactors }],
        ['structure.values', { rows: factors.rank, columns: 1, values: factors.singularValues }],
      ],
    ),
  });
}
