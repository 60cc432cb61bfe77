/**
 * What models, tasks and metrics are, for readers who do not know them.
 */
import type { Metric } from '../evaluation/metrics.js';
import type { TaskName } from '../evaluation/tasks.js';
import type { Bar } from './charts.js';

/** A task in words. */
export const taskWords: Readonly<Record<TaskName, { readonly title: string; readonly question: string }>> = {
  boardIdeas: {
    title: 'Ideas for a board',
    question:
      'Saves of these boards were withheld. Every model ranks all pins that the board is not known to have; the withheld ones should come first.',
  },
  relatedPins: {
    title: 'Related pins',
    question:
      'A withheld pin of a board is to be found from another pin of the same board, among all pins but that one. The hardest question: most pins of a board are related, and one is right.',
  },
  coldPins: {
    title: 'Pins that nobody saved yet',
    question:
      'Only pins whose saves are all withheld, or that have none, are ranked, for each board that a withheld save of such a pin belongs to.',
  },
};

/** A metric in words; means over queries, but for coverage. */
export const metricWords: Readonly<Record<Metric, string>> = {
  'recall@20': 'share of the right pins that stand among the first 20',
  'ndcg@20': 'the same, pins higher up counting more',
  'hitRate@10': 'share of the queries with a right pin among the first 10',
  'hitRate@500': 'share of the queries with a right pin among the first 500',
  mrr: '1 / rank of the first right pin',
  scaledMrr: "1 / (rank of the first right pin / 100, rounded up), PinSage's measure",
  'coverage@20': 'share of the ranked pins that stand among the first 20 of some query',
};

const modelWords: Readonly<Record<string, string>> = {
  pinwalk: 'all scores fused by the weights below, as they are served',
  embedding: 'the trained vectors alone',
  walk: 'the exact walk board-pin-board-pin alone; nothing is learned',
  filter: 'a long walk folded into one hop and spectral factors; nothing is learned',
  spectral: 'the strongest spectral factors of the save matrix alone; nothing is learned',
  rp3beta: "the walk cut to each pin's 200 nearest",
  chebyCf: 'ChebyCF, a band-pass filter over the save graph; nothing is learned',
  gfCf: 'GF-CF, a low-pass filter over the save graph; nothing is learned',
  als: 'factors of the save matrix, learned by alternating least squares (iALS), its parameters chosen on validation',
  ease: 'EASE, each pin predicted by all others through one matrix in closed form; up to 16,384 pins',
  cosineNeighbors: 'nearest neighbors by cosine, as many as validation says',
  tfIdfNeighbors: 'nearest neighbors by TF-IDF, as many as validation says',
  bm25Neighbors: 'nearest neighbors by BM25, its parameters chosen on validation',
  coSave: 'nearest neighbors by shared boards, large boards counting less',
  content: 'cosines of titles, pictures, columns and vectors; nothing is learned',
  popularity: 'the most saved pins, for everyone',
};

/** A model in words; '' for one that has none here. */
export function describeModel(model: string): string {
  return modelWords[model] ?? '';
}

/** How a model is colored. */
export function roleOf(model: string): Bar['role'] {
  if (model === 'pinwalk') return 'own';
  return model === 'embedding' ? 'trained' : 'baseline';
}

/** `117,918`. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
