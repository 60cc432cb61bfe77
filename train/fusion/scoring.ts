/**
 * What a run asks of scores, on one thread: models measured, candidate pools for the choice of weights, related lists.
 */
import type { PinVectors } from '../../data/collection.js';
import type { WalkExponents } from '../../graph/exact-walk.js';
import { openBaselines } from '../baselines/baselines.js';
import type { TunedBaselines } from '../baselines/tune-baselines.js';
import { measure, type Measured } from '../evaluation/measure.js';
import { rankedScorers } from '../evaluation/ranked-scorer.js';
import type { Scorer } from '../evaluation/scorer.js';
import type { Task } from '../evaluation/tasks.js';
import { queriesOf } from '../ranking/query.js';
import { Ranker, type RankerParts } from '../ranking/ranker.js';
import { recommend, type Answer } from '../ranking/recommend.js';
import { rankingDefaults, type ScoreName } from '../ranking/settings.js';
import { candidatePoolsOf, type CandidatePool } from './candidate-pool.js';
import { coldQuotaOf, type BothWeights } from './cold-quota.js';

/** What scoring works on; arrays on shared memory are not copied to threads. */
export interface ScoringParts extends RankerParts {
  /** Models to measure, of `modelNames` and what `baselineNames` gives; default: none. */
  readonly models?: readonly string[];
  /** Content of pins by block, for the baseline of that name. */
  readonly content?: ReadonlyMap<string, PinVectors>;
  /** What validation chose for baselines. */
  readonly tuned?: TunedBaselines;
}

/** Strategies of the ranker that are measured as models. */
const rankedModels = {
  pinwalk: 'fused',
  embedding: 'embedding',
  walk: 'walk',
  filter: 'filter',
  spectral: 'spectral',
} as const;

/** Names of the models that are strategies of the ranker itself. */
export const modelNames = Object.keys(rankedModels);

/** One thread's part of all scoring; a pool has one in each of its threads. */
export class Scoring {
  readonly #parts: ScoringParts;
  readonly #ranker: Ranker;
  #scorers: readonly Scorer[] | undefined;
  #walk: { readonly exponents: string; readonly ranker: Ranker } | undefined;

  /** @throws PinwalkError as `Ranker.open` does */
  constructor(parts: ScoringParts) {
    this.#parts = parts;
    this.#ranker = Ranker.open(parts);
  }

  /** Measures the models on some queries, in the order of `parts.models`. */
  measure(slice: Task): Measured[] {
    this.#scorers ??= this.#open();
    return this.#scorers.map((scorer) => measure(scorer, slice, this.#ranker.graph.pinCount));
  }

  /** Pools of some queries over the scores named. */
  candidatePools(slice: Task, names: readonly ScoreName[]): CandidatePool[] {
    return candidatePoolsOf(this.#ranker, slice, names);
  }

  /** Pools over the walk alone, by other exponents than the ranker's. */
  walkCandidatePools(slice: Task, walk: WalkExponents): CandidatePool[] {
    const exponents = JSON.stringify(walk);
    if (this.#walk?.exponents !== exponents) {
      const settings = { ...rankingDefaults, walk };
      const ranker = Ranker.open({ graph: this.#ranker.graph, matrices: new Map(), settings });
      this.#walk = { exponents, ranker };
    }
    return candidatePoolsOf(this.#walk.ranker, slice, ['walk']);
  }

  /** Places that pins without saves take in lists for some boards, under each scale. */
  coldQuota(slice: Task, weights: BothWeights): number[] {
    return coldQuotaOf(this.#ranker, slice, weights);
  }

  /** What is answered about each of some pins, fused: at most `k`, best first. */
  related(pins: Uint32Array, k: number): Answer[] {
    const queries = queriesOf(this.#ranker.graph, 'pins', pins);
    const isExcluded = (pin: number, query: number): boolean => pin === pins[query];
    return recommend(this.#ranker, queries, { kind: 'pins', strategy: 'fused', k, isExcluded });
  }

  #open(): Scorer[] {
    const { graph, models = [], content = new Map<string, PinVectors>(), matrices, tuned } = this.#parts;
    const ranked = rankedScorers(this.#ranker, rankedModels);
    const others = openBaselines(
      { graph, content, matrices, tuned },
      models.filter((name) => !modelNames.includes(name)),
    );
    const byName = new Map([...ranked, ...others].map((scorer) => [scorer.name, scorer]));
    return models.map((name) => byName.get(name)).filter((scorer) => scorer !== undefined);
  }
}
