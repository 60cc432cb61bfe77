/**
 * Every baseline that a report shows beside the model, opened by name.
 */
import type { PinVectors } from '../../data/collection.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import type { Scorer } from '../evaluation/scorer.js';
import type { StoredMatrix } from '../ranking/ranker.js';
import { coSave } from './co-save.js';
import { content } from './content.js';
import { popularity } from './popularity.js';
import { rp3beta } from './rp3beta.js';

/** What baselines are made from: what is known, and nothing else. */
export interface BaselineParts {
  readonly graph: BipartiteGraph;
  /** By block; empty where pins have none. */
  readonly content: ReadonlyMap<string, PinVectors>;
  /** Spectral factors and the like, as a ranker has them. */
  readonly matrices: ReadonlyMap<string, StoredMatrix>;
}

const openers: Readonly<Record<string, (parts: BaselineParts) => Scorer>> = {
  coSave: ({ graph }) => coSave(graph),
  rp3beta: ({ graph }) => rp3beta(graph),
  content: ({ graph, content: blocks }) => content(graph, [...blocks.values()]),
  popularity: ({ graph }) => popularity(graph),
};

/** Names of the baselines that can be opened over these parts. */
export function baselineNames({ content: blocks }: Pick<BaselineParts, 'content'>): string[] {
  return Object.keys(openers).filter((name) => name !== 'content' || blocks.size > 0);
}

/** Opens baselines by name, for one thread. */
export function openBaselines(parts: BaselineParts, names: readonly string[]): Scorer[] {
  return names.flatMap((name) => {
    const open = openers[name];
    return open ? [open(parts)] : [];
  });
}
