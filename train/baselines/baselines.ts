/**
 * Every baseline that a report shows beside the model, opened by name.
 */
import type { PinVectors } from '../../data/collection.js';
import type { StoredMatrix } from '../../data/generation/schema.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import type { Scorer } from '../evaluation/scorer.js';
import { als } from './als.js';
import { chebyCf } from './cheby-cf.js';
import { coSave } from './co-save.js';
import { content } from './content.js';
import { ease } from './ease.js';
import { gfCf } from './gf-cf.js';
import { itemNeighbors } from './item-neighbors.js';
import { popularity } from './popularity.js';
import { rp3beta } from './rp3beta.js';
import { untuned, type TunedBaselines } from './tune-baselines.js';

/** What baselines are made from: what is known, and nothing else. */
export interface BaselineParts {
  readonly graph: BipartiteGraph;
  /** By block; empty where pins have none. */
  readonly content: ReadonlyMap<string, PinVectors>;
  /** Spectral factors and the like, as a ranker has them. */
  readonly matrices: ReadonlyMap<string, StoredMatrix>;
  /** What validation chose for them; default: nothing was validated. */
  readonly tuned?: TunedBaselines | undefined;
}

/** What a baseline needs beside the graph, to be left out where it is not there. */
const needs: Readonly<Partial<Record<string, 'content' | 'als.pins' | 'ease.weights' | 'pin.structure'>>> = {
  content: 'content',
  als: 'als.pins',
  ease: 'ease.weights',
  gfCf: 'pin.structure',
  chebyCf: 'pin.structure',
};

const openers: Readonly<Partial<Record<string, (parts: BaselineParts) => Scorer>>> = {
  coSave: ({ graph }) => coSave(graph),
  rp3beta: ({ graph }) => rp3beta(graph),
  gfCf: ({ graph, matrices }) => gfCf(graph, given(matrices, 'pin.structure')),
  chebyCf: ({ graph, matrices }) => chebyCf(graph, given(matrices, 'pin.structure')),
  als: ({ graph, matrices, tuned = untuned }) => als(graph, given(matrices, 'als.pins'), tuned.als),
  ease: ({ graph, matrices }) => ease(graph, given(matrices, 'ease.weights')),
  cosineNeighbors: ({ graph, tuned = untuned }) => itemNeighbors('cosineNeighbors', graph, tuned.cosineNeighbors),
  tfIdfNeighbors: ({ graph, tuned = untuned }) => itemNeighbors('tfIdfNeighbors', graph, tuned.tfIdfNeighbors),
  bm25Neighbors: ({ graph, tuned = untuned }) => itemNeighbors('bm25Neighbors', graph, tuned.bm25Neighbors),
  content: ({ graph, content: blocks }) => content(graph, [...blocks.values()]),
  popularity: ({ graph }) => popularity(graph),
};

/** Names of the baselines that can be opened over these parts. */
export function baselineNames({ content: blocks, matrices }: Pick<BaselineParts, 'content' | 'matrices'>): string[] {
  return Object.keys(openers).filter((name) => {
    const need = needs[name];
    return need === undefined || (need === 'content' ? blocks.size > 0 : matrices.has(need));
  });
}

/** Opens baselines by name, for one thread; those that cannot be opened over these parts are left out. */
export function openBaselines(parts: BaselineParts, names: readonly string[]): Scorer[] {
  const possible = baselineNames(parts);
  return names.flatMap((name) => {
    const open = openers[name];
    return open && possible.includes(name) ? [open(parts)] : [];
  });
}

function given(matrices: ReadonlyMap<string, StoredMatrix>, name: string): StoredMatrix {
  const matrix = matrices.get(name);
  if (!matrix) throw new Error(`openBaselines: ${name} must be there (baselineNames left it out)`);
  return matrix;
}
